import fc from 'fast-check';
import { Decoder, type Packet } from 'socket.io-parser';
import { describe, expect, it } from 'vitest';
import { type DeliveryFlags, Message } from '../../../../hub/core/message.ts';
import { type Batch, BatchStart } from '../../../../hub/gateways/batch.ts';
import { MessagesEncoder } from '../../../../hub/gateways/socket-io/packets.ts';

type QueuedMessage = readonly [topic: string, payload: string, flags: DeliveryFlags];

function batchOf(due: readonly QueuedMessage[]): Batch<DeliveryFlags> {
  let batch: Batch<DeliveryFlags> | undefined;
  const start = new BatchStart<DeliveryFlags>();
  for (const [topic, payload, flags] of due)
    batch = (batch ?? start).with(new Message(topic, payload), flags);
  return batch ?? expect.unreachable('nothing is due');
}

/** Decodes a packet with Socket.IO's own client. */
function decode(text: string): unknown {
  const decoder = new Decoder();
  let data: unknown;
  decoder.on('decoded', (packet: Packet) => {
    data = packet.data;
  });
  decoder.add(text);
  return data;
}

/** A complete text frame of a server (RFC 6455, 5.2), read exactly by the specification. */
function readFrame(frame: Buffer): string {
  expect(frame[0], 'final, and text').toBe(0x81);
  const short = frame[1] ?? 0;
  const [at, length] =
    short < 126
      ? [2, short]
      : short === 126
        ? [4, frame.readUInt16BE(2)]
        : [10, Number(frame.readBigUInt64BE(2))];
  expect(short === 126 ? length > 125 : true, 'as short as can be').toBe(true);
  expect(short === 127 ? length > 0xffff : true, 'as short as can be').toBe(true);
  expect(frame.byteLength - at).toBe(length);
  return frame.subarray(at).toString();
}

describe('A messages event', () => {
  const text = fc.string({ unit: 'grapheme' });
  const due = fc.tuple(text, text, fc.constantFrom<DeliveryFlags>(0, 1, 2, 3));

  it('is what Socket.IO’s own encoder would make, as a packet and as a frame', () => {
    fc.assert(
      fc.property(fc.array(due, { minLength: 1, maxLength: 20 }), (all) => {
        const packet = new MessagesEncoder().encode(batchOf(all)) ?? expect.unreachable('all is text');
        expect(decode(packet.text)).toEqual(['messages', all]);
        expect(readFrame(packet.frame)).toBe(`4${packet.text}`);
      }),
    );
  });

  it.each([96, 97, 98, 99, 100, 65_506, 65_507, 65_508, 65_509, 65_510, 200_000])(
    'may be long: %i characters',
    (length) => {
      const packet = new MessagesEncoder().encode(batchOf([['a', 'x'.repeat(length), 0]]));
      expect(readFrame(packet?.frame ?? Buffer.alloc(0))).toBe(`4${packet?.text}`);
    },
  );

  it('tells each client what the same message is to that client', () => {
    const encoder = new MessagesEncoder();
    const message = new Message('a', '1');
    const packets = ([0, 2, 1, 0] as const).map((flags) =>
      encoder.encode(new BatchStart<DeliveryFlags>().with(message, flags)),
    );
    expect(packets.map((packet) => decode(packet?.text ?? ''))).toEqual(
      [0, 2, 1, 0].map((flags) => ['messages', [['a', '1', flags]]]),
    );
  });

  it('is left to Socket.IO if a payload is not text', () => {
    const start = new BatchStart<DeliveryFlags>();
    const batch = start.with(new Message('a', 'text'), 0).with(new Message('a', new Uint8Array([0xff])), 0);
    expect(new MessagesEncoder().encode(batch)).toBeUndefined();
  });
});
