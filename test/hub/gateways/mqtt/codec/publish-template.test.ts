import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Delivery,
  type ProtocolVersion,
  type PublishPacket,
  PublishTemplate,
} from '../../../../../hub/gateways/mqtt/codec/index.ts';
import { arbitraryPacket } from './arbitrary-packet.ts';
import { deliveryOf, encode } from './client-codec.ts';
import { plain, readAll } from './reading.ts';

const versions: readonly ProtocolVersion[] = [4, 5];

describe.each(versions)('a PUBLISH template of MQTT level %i', (version) => {
  const publish = arbitraryPacket(version, 'client').filter((packet) => packet.type === 'publish');
  /** One message, and the differences between its receivers. */
  const cases = fc.tuple(publish, fc.array(publish, { minLength: 1, maxLength: 5 }));

  it('gives each receiver the packet that would have been encoded for it alone', () => {
    fc.assert(
      fc.property(cases, ([message, receivers]) => {
        const template = new PublishTemplate(message, version, message.messageExpiryInterval);
        for (const packet of receivers.map((receiver) => merge(message, receiver))) {
          const expected = readAll(encode(packet, version), { version, receiver: 'client' });
          expect(expected.map(plain)).toEqual([plain(packet)]);
          // A template writes its first packets differently from later ones.
          for (let count = 0; count < 3; count++) {
            expect(write(template, deliveryOf(packet))).toEqual(encode(packet, version));
          }
        }
      }),
    );
  });

  it('takes the payload as text too', () => {
    const text = fc.string({ unit: 'binary', maxLength: 200 });
    fc.assert(
      fc.property(publish, text, (packet, payload) => {
        const template = new PublishTemplate({ ...packet, payload }, version, packet.messageExpiryInterval);
        const expected = encode({ ...packet, payload: Buffer.from(payload) }, version);
        expect(write(template, deliveryOf(packet))).toEqual(expected);
      }),
    );
  });
});

describe('a PUBLISH template', () => {
  const delivery = { flags: 0, topicAlias: 3 } as const;

  it('leaves out a topic name whose alias is known [MQTT-3.3.2-12]', () => {
    const template = new PublishTemplate({ topic: 'a/b', payload: 'x' }, 5);
    const [first, second] = [delivery, { ...delivery, isAliasKnown: true }].map((each) =>
      readAll(write(template, each), { version: 5, receiver: 'client' }),
    );
    expect(first).toMatchObject([{ topic: 'a/b', topicAlias: 3 }]);
    expect(second).toMatchObject([{ topic: '', topicAlias: 3 }]);
    expect(template.byteLength(delivery) - template.byteLength({ ...delivery, isAliasKnown: true })).toBe(3);
  });

  it('never leaves the topic name out in MQTT 3.1.1, which has no aliases', () => {
    const template = new PublishTemplate({ topic: 'a/b', payload: 'x' }, 4);
    const bytes = write(template, { ...delivery, isAliasKnown: true });
    expect(readAll(bytes, { version: 4, receiver: 'client' })).toMatchObject([{ topic: 'a/b' }]);
  });
});

/** The message's content, delivered like the other packet. */
function merge(message: PublishPacket, receiver: PublishPacket): PublishPacket {
  const { topic, payload, properties, messageExpiryInterval } = message;
  return { ...receiver, topic, payload, properties, messageExpiryInterval };
}

/** The packet that a template writes, without the bytes around it. */
function write(template: PublishTemplate, delivery: Delivery): Buffer {
  const length = template.byteLength(delivery);
  const batch = Buffer.alloc(length + 20, 0xee);
  const end = template.write(batch, 10, delivery);
  expect([end, ...batch.subarray(0, 10), ...batch.subarray(end)]).toEqual([
    10 + length,
    ...Array(20).fill(0xee),
  ]);
  return batch.subarray(10, end);
}
