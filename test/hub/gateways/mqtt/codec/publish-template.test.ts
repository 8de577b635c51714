import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type ProtocolVersion,
  type PublishDelivery,
  type PublishPacket,
  PublishTemplate,
} from '../../../../../hub/gateways/mqtt/codec/index.ts';
import { arbitraryPacket } from './arbitrary-packet.ts';
import { encode } from './client-codec.ts';
import { plain, readAll } from './reading.ts';

const versions: readonly ProtocolVersion[] = [4, 5];

describe.each(versions)('a PUBLISH template of MQTT level %i', (version) => {
  const publish = arbitraryPacket(version, 'client').filter((packet) => packet.type === 'publish');
  /** One message, and what differs between its receivers. */
  const cases = fc.tuple(publish, fc.array(publish, { minLength: 1, maxLength: 5 }));

  it('gives each receiver the packet that would have been encoded for it alone', () => {
    fc.assert(
      fc.property(cases, ([message, receivers]) => {
        const template = new PublishTemplate(message, version);
        for (const packet of receivers.map((receiver) => merge(message, receiver))) {
          const expected = readAll(encode(packet, version), { version, receiver: 'client' });
          expect(expected.map(plain)).toEqual([plain(packet)]);
          for (const bytes of forms(template, packet)) expect(bytes).toEqual(encode(packet, version));
        }
      }),
    );
  });

  it('leaves alone what it gave before', () => {
    fc.assert(
      fc.property(cases, ([message, receivers]) => {
        const template = new PublishTemplate(message, version);
        const packets = receivers.map((receiver) => merge(message, receiver));
        const given = packets.map((packet) => template.encode(packet));
        expect(given).toEqual(packets.map((packet) => encode(packet, version)));
      }),
    );
  });

  it('takes the payload as text too', () => {
    const text = fc.string({ unit: 'binary', maxLength: 200 });
    fc.assert(
      fc.property(publish, text, (packet, payload) => {
        const template = new PublishTemplate({ ...packet, payload }, version);
        expect(template.encode(packet)).toEqual(
          encode({ ...packet, payload: Buffer.from(payload) }, version),
        );
      }),
    );
  });

  it('gives all receivers of QoS 0 the same bytes', () => {
    const template = new PublishTemplate({ topic: 't', payload: 'x' }, version);
    const delivery = { qos: 0, retain: false, dup: false, packetIdentifier: 0 } as const;
    expect(template.encode(delivery)).toBe(template.encode({ ...delivery, packetIdentifier: 7 }));
    const retained = template.encode({ ...delivery, retain: true });
    expect(retained).not.toBe(template.encode(delivery));
    expect(retained).toBe(template.encode({ ...delivery, retain: true }));
  });
});

describe('a PUBLISH template', () => {
  const delivery = { qos: 0, retain: false, dup: false, packetIdentifier: 0, topicAlias: 3 } as const;

  it('leaves out a topic name whose alias is known [MQTT-3.3.2-12]', () => {
    const template = new PublishTemplate({ topic: 'a/b', payload: 'x' }, 5);
    const [first, second] = [delivery, { ...delivery, isAliasKnown: true }].map((each) =>
      readAll(template.encode(each), { version: 5, receiver: 'client' }),
    );
    expect(first).toMatchObject([{ topic: 'a/b', topicAlias: 3 }]);
    expect(second).toMatchObject([{ topic: '', topicAlias: 3 }]);
    expect(template.byteLength(delivery) - template.byteLength({ ...delivery, isAliasKnown: true })).toBe(3);
  });

  it('never leaves the topic name out in MQTT 3.1.1, which has no aliases', () => {
    const template = new PublishTemplate({ topic: 'a/b', payload: 'x' }, 4);
    const bytes = template.encode({ ...delivery, isAliasKnown: true });
    expect(readAll(bytes, { version: 4, receiver: 'client' })).toMatchObject([{ topic: 'a/b' }]);
  });

  it('never sets DUP with QoS 0 [MQTT-3.3.1-2]', () => {
    const template = new PublishTemplate({ topic: 'a/b', payload: 'x' }, 5);
    expect(template.encode({ ...delivery, dup: true })[0]).toBe(0x30);
  });
});

/** The message's content, delivered as the other packet is. */
function merge(message: PublishPacket, receiver: PublishPacket): PublishPacket {
  const { topic, payload, properties } = message;
  return { ...receiver, topic, payload, properties };
}

/** The packet by each of the template's ways. */
function forms(template: PublishTemplate, delivery: PublishDelivery): Buffer[] {
  const length = template.byteLength(delivery);
  const batch = Buffer.alloc(length + 20, 0xee);
  const end = template.write(batch, 10, delivery);
  expect([end, ...batch.subarray(0, 10), ...batch.subarray(end)]).toEqual([
    10 + length,
    ...Array(20).fill(0xee),
  ]);
  return [template.encode(delivery), batch.subarray(10, end)];
}
