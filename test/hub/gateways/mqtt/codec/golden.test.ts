import { describe, expect, it } from 'vitest';
import { HubError } from '../../../../../hub/core/error.ts';
import type { Packet } from '../../../../../hub/gateways/mqtt/codec/index.ts';
import { reasonCodeOf } from '../../../../../hub/gateways/mqtt/refusal.ts';
import { encode } from './client-codec.ts';
import * as acknowledgement from './golden/acknowledgement.ts';
import * as connack from './golden/connack.ts';
import * as connect from './golden/connect.ts';
import * as disconnect from './golden/disconnect.ts';
import * as fixedHeader from './golden/fixed-header.ts';
import { fromWire, type GoldenFault, type GoldenPacket } from './golden/golden.ts';
import * as publish from './golden/publish.ts';
import * as subscribe from './golden/subscribe.ts';
import { plain, type ReadingOptions, readAll } from './reading.ts';

const tables = {
  'the fixed header': fixedHeader,
  CONNECT: connect,
  CONNACK: connack,
  PUBLISH: publish,
  'PUBACK, PUBREC, PUBREL, PUBCOMP': acknowledgement,
  'SUBSCRIBE, SUBACK, UNSUBSCRIBE, UNSUBACK': subscribe,
  'DISCONNECT, AUTH': disconnect,
};

for (const [name, { packets, faults }] of Object.entries(tables)) {
  describe(`${name}: bytes that mean a packet`, () => {
    it.each(packets)('reads $title', (golden) => {
      expect(readAll(fromWire(golden.wire), readingOptions(golden)).map(plain)).toEqual([
        plain(golden.packet),
      ]);
    });

    it.each(packets.filter(({ readOnly }) => readOnly === undefined))('writes $title', (golden) => {
      expect(encode(golden.packet, golden.version ?? 5).toString('hex')).toBe(
        fromWire(golden.wire).toString('hex'),
      );
    });

    it.each(packets.filter(({ readOnly }) => readOnly !== undefined))(
      'writes $title, but shorter',
      (golden) => {
        const written = encode(golden.packet, golden.version ?? 5);
        expect(written.length).toBeLessThanOrEqual(fromWire(golden.wire).length);
        expect(readAll(written, readingOptions(golden)).map(plain)).toEqual([plain(golden.packet)]);
      },
    );
  });

  describe(`${name}: bytes that are refused`, () => {
    it.each(faults)('refuses $title', (golden) => {
      const [code, reasonCode, clause] = golden.fault;
      const error = refusal(golden, name === 'CONNECT' ? {} : optionsOf(golden));
      expect({ code: error.code, reasonCode: reasonCodeOf(error) }).toEqual({
        code,
        reasonCode,
      });
      expect(error.message).toContain(`[${clause}]`);
    });
  });
}

/** A CONNECT is read by a parser that does not know the version. */
function readingOptions(golden: GoldenPacket): ReadingOptions {
  return golden.packet.type === 'connect' ? {} : optionsOf(golden);
}

function optionsOf({ version = 5, receiver = 'server' }: GoldenPacket | GoldenFault): ReadingOptions {
  return { version, receiver };
}

function refusal(golden: GoldenFault, options: ReadingOptions): HubError {
  let packets: Packet[];
  try {
    packets = readAll(fromWire(golden.wire), options);
  } catch (error) {
    if (error instanceof HubError) return error;
    throw error;
  }
  throw new Error(`not refused, but read as ${JSON.stringify(packets.map(plain))}`);
}
