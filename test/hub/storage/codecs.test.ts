import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Message, type MessageProperties } from '../../../hub/core/message.ts';
import type { SessionState } from '../../../hub/session/store.ts';
import { ByteReader, ByteWriter } from '../../../hub/storage/engine/bytes.ts';
import type { Codec } from '../../../hub/storage/engine/table.ts';
import {
  CLOCK_MARK,
  MESSAGE,
  MESSAGE_OF_TOPIC,
  QUEUED,
  type QueuedEntry,
  SENT,
  SESSION_STATE,
  type StoredSubscription,
  SUBSCRIPTION,
} from '../../../hub/storage/hub/codecs.ts';
import { parseReceivedKey, RECEIVED_KEY, type ReceivedKey } from '../../../hub/storage/hub/hub-schema.ts';

const text = fc.string({ unit: 'grapheme', maxLength: 40 });
const optional = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
const qos = fc.constantFrom<0 | 1 | 2>(0, 1, 2);
const bit = fc.constantFrom<0 | 1>(0, 1);
const packetIdentifier = fc.integer({ min: 0, max: 65_535 });
const identifiers = fc.array(fc.integer({ min: 1, max: 268_435_455 }));
const time = fc.double({ noNaN: true, min: 0, max: 1e15 });

const properties: fc.Arbitrary<MessageProperties> = fc.record(
  {
    payloadFormatIndicator: bit,
    contentType: text,
    responseTopic: text,
    correlationData: fc.uint8Array(),
    userProperties: fc.array(fc.tuple(text, text), { minLength: 1 }),
  },
  { requiredKeys: [] },
);
const message = fc
  .record({
    topic: text,
    payload: fc.oneof(text, fc.uint8Array()),
    retain: fc.boolean(),
    qos,
    expiresAt: optional(time),
    properties: optional(properties),
  })
  .map(({ topic, payload, ...options }) => new Message(topic, payload, options));

const show = ({ topic, payload, retain, qos, expiresAt, properties }: Message) => ({
  topic,
  payload,
  retain,
  qos,
  expiresAt,
  properties,
});

function roundTrip<T>(codec: Codec<T>, value: T): T {
  const writer = new ByteWriter();
  codec.write(writer, value);
  const reader = new ByteReader(writer.bytes);
  const read = codec.read(reader);
  expect(reader.isAtEnd).toBe(true);
  return read;
}

function returns<T>(codec: Codec<T>, values: fc.Arbitrary<T>): void {
  fc.assert(
    fc.property(values, (value) => {
      expect(roundTrip(codec, value)).toEqual(value);
    }),
  );
}

describe('what is kept is read as it was', () => {
  it('messages, with all their properties, in the form in which they are held', () => {
    fc.assert(
      fc.property(message, (one) => {
        expect(show(roundTrip(MESSAGE, one))).toEqual(show(one));
      }),
    );
  });

  it('messages under their topics, which are not written twice', () => {
    const writer = new ByteWriter();
    MESSAGE_OF_TOPIC.write(writer, new Message('a/long/topic', '42', { retain: true }));
    expect(writer.length).toBe(4);
    const read = MESSAGE_OF_TOPIC.read(new ByteReader(writer.bytes), 'a/long/topic');
    expect(show(read)).toMatchObject({ topic: 'a/long/topic', payload: '42', retain: true });
  });

  it('sessions', () => {
    const will = fc.record({ delaySeconds: fc.nat(), expirySeconds: optional(fc.nat()) }).map((one) => ({
      message: new Message('will', 'gone', { retain: true }),
      ...(one.expirySeconds === undefined ? { delaySeconds: one.delaySeconds } : one),
    }));
    const state: fc.Arbitrary<SessionState> = fc.record({
      clientIdentifier: text,
      owner: fc.record({ name: text, accountId: text, credentialIds: fc.array(text) }),
      expirySeconds: fc.integer({ min: 0, max: 0xffff_ffff }),
      will: optional(will),
      leftAt: optional(time),
    });
    returns(SESSION_STATE, state);
  });

  it('subscriptions', () => {
    const subscription: fc.Arbitrary<StoredSubscription> = fc.record({
      session: fc.nat(),
      filter: text,
      terms: fc.record({ qos, noLocal: fc.boolean(), retainAsPublished: fc.boolean(), identifiers }),
      isReplaying: fc.boolean(),
    });
    returns(SUBSCRIPTION, subscription);
  });

  it('what is due, and what was sent of it', () => {
    const due: fc.Arbitrary<QueuedEntry> = fc.record({
      session: fc.nat(),
      message: fc.maxSafeNat(),
      qos: fc.constantFrom<1 | 2>(1, 2),
      retain: bit,
      identifiers,
      share: optional(text),
      packetIdentifier,
    });
    returns(QUEUED, due);
    returns(SENT, fc.record({ packetIdentifier, isReleased: fc.boolean() }));
  });

  it('times', () => returns(CLOCK_MARK, fc.record({ hubMs: time, wallMs: time })));

  it('packet identifiers of sessions, however many sessions there were', () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), packetIdentifier, (session, identifier) => {
        const key: ReceivedKey = `${session}/${identifier}`;
        expect(parseReceivedKey(roundTrip(RECEIVED_KEY, key))).toEqual({
          session,
          packetIdentifier: identifier,
        });
      }),
    );
  });

  it('an unknown QoS is refused', () => {
    expect(() => MESSAGE_OF_TOPIC.read(new ByteReader(Uint8Array.of(3, 0)), 'a')).toThrow(RangeError);
  });
});
