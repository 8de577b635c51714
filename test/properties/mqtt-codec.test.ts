import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HubError } from '../../hub/core/error.ts';
import type { Packet, ProtocolVersion } from '../../hub/gateways/mqtt/codec/index.ts';
import type { Receiver } from '../../hub/gateways/mqtt/codec/reason-code.ts';
import { reasonCodeOf } from '../../hub/gateways/mqtt/refusal.ts';
import { arbitraryConnect, arbitraryPacket } from '../hub/gateways/mqtt/codec/arbitrary-packet.ts';
import { encode } from '../hub/gateways/mqtt/codec/client-codec.ts';
import { plain, readAll, readChunks } from '../hub/gateways/mqtt/codec/reading.ts';

const versions: readonly ProtocolVersion[] = [3, 4, 5];
const receivers: readonly Receiver[] = ['server', 'client'];
const faults = ['packet/malformed', 'packet/too-large', 'protocol/violation', 'protocol/unsupported'];

for (const version of versions) {
  for (const receiver of receivers) {
    describe(`MQTT level ${version}, read by a ${receiver}`, () => {
      const packets = fc.array(arbitraryPacket(version, receiver), { minLength: 1, maxLength: 8 });
      const options = { version, receiver };

      it('gives back the encoded packet', () => {
        fc.assert(
          fc.property(packets, (sent) => {
            expect(readAll(encodeAll(sent, version), options).map(plain)).toEqual(sent.map(plain));
          }),
        );
      });

      it('gives the same packets however the bytes are cut', () => {
        fc.assert(
          fc.property(packets, fc.infiniteStream(fc.integer({ min: 1, max: 40 })), (sent, sizes) => {
            const chunks = cut(encodeAll(sent, version), sizes);
            expect(readChunks(chunks, options).map(plain)).toEqual(sent.map(plain));
          }),
        );
      });

      it('answers a packet gone bad with packets or a fault, and nothing else', () => {
        const damage = fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), {
          minLength: 1,
          maxLength: 4,
        });
        fc.assert(
          fc.property(packets, damage, (sent, changes) => {
            const bytes = Buffer.concat([encodeAll(sent, version)]);
            for (const [at, value] of changes) bytes[at % bytes.length] = value;
            expectPacketsOrFault(bytes, options);
          }),
          { numRuns: 500 },
        );
      });
    });
  }

  describe(`MQTT level ${version}`, () => {
    it('gives back the CONNECT that was encoded, and learns the version from it', () => {
      fc.assert(
        fc.property(
          arbitraryConnect(version),
          fc.array(arbitraryPacket(version, 'server')),
          (connect, rest) => {
            const sent = [connect, ...rest];
            expect(readAll(encodeAll(sent, version)).map(plain)).toEqual(sent.map(plain));
          },
        ),
      );
    });
  });
}

describe('any bytes', () => {
  it('give packets or a fault, and nothing else', () => {
    const options = fc.record({
      version: fc.constantFrom(...versions),
      receiver: fc.constantFrom(...receivers),
    });
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), fc.option(options, { nil: {} }), expectPacketsOrFault),
      { numRuns: 2000 },
    );
  });

  it('behind a sound first byte and length give packets or a fault', () => {
    const options = fc.record({
      version: fc.constantFrom(...versions),
      receiver: fc.constantFrom(...receivers),
    });
    const type = fc.integer({ min: 1, max: 15 });
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), type, options, (body, number, context) => {
        const flags = [6, 8, 10].includes(number) ? 2 : 0;
        const bytes = Uint8Array.of((number << 4) | flags, body.length, ...body);
        expectPacketsOrFault(bytes, context);
      }),
      { numRuns: 2000 },
    );
  });
});

function encodeAll(packets: readonly Packet[], version: ProtocolVersion): Buffer {
  return Buffer.concat(packets.map((packet) => encode(packet, version)));
}

function* cut(bytes: Uint8Array, sizes: Iterable<number>): Generator<Uint8Array> {
  let at = 0;
  for (const size of sizes) {
    if (at >= bytes.length) return;
    yield bytes.slice(at, at + size);
    at += size;
  }
}

function expectPacketsOrFault(
  bytes: Uint8Array,
  options: { version?: ProtocolVersion; receiver?: Receiver },
): void {
  try {
    readAll(bytes, options).map(plain);
  } catch (error) {
    expect(error).toBeInstanceOf(HubError);
    expect(faults).toContain((error as HubError).code);
    expect(reasonCodeOf(error)).toBeGreaterThan(0x80);
  }
}
