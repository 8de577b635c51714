import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ConnectPacket, Packet, ProtocolVersion } from '../../hub/gateways/mqtt/codec/index.ts';
import type { Receiver } from '../../hub/gateways/mqtt/codec/reason-code.ts';
import { arbitraryConnect, arbitraryPacket } from '../hub/gateways/mqtt/codec/arbitrary-packet.ts';
import { encode } from '../hub/gateways/mqtt/codec/client-codec.ts';
import { asPeer, encodeByPeer, type PeerPacket, readByPeer, tame } from '../hub/gateways/mqtt/codec/peer.ts';
import { plain, readAll } from '../hub/gateways/mqtt/codec/reading.ts';

const versions: readonly ProtocolVersion[] = [3, 4, 5];
const receivers: readonly Receiver[] = ['server', 'client'];

// mqtt-packet was written by others from the same text: if both agree, the text has been read correctly.
for (const version of versions) {
  for (const receiver of receivers) {
    describe(`MQTT level ${version} to a ${receiver}, beside mqtt-packet`, () => {
      const packets = arbitraryPacket(version, receiver).map(tame);

      it('is read by it as it was meant', () => {
        fc.assert(fc.property(packets, (packet) => expectPeerReads(packet, version)));
      });

      it('is read by us as it was meant', () => {
        fc.assert(
          fc.property(packets, (packet) => {
            const bytes = encodeByPeer(asPeer(packet, version), version);
            expect(readAll(bytes, { version, receiver }).map(plain)).toEqual([plain(packet)]);
          }),
        );
      });
    });
  }

  describe(`CONNECT of MQTT level ${version}, beside mqtt-packet`, () => {
    const connects = arbitraryConnect(version).map(tame);

    it('is read by it as it was meant', () => {
      fc.assert(fc.property(connects, (packet) => expectPeerReads(packet, version)));
    });

    it('is read by us as it was meant', () => {
      fc.assert(
        fc.property(connects.filter(isWritable), (packet) => {
          const bytes = encodeByPeer(asPeer(packet, version), version);
          expect(readAll(bytes).map(plain)).toEqual([plain(packet)]);
        }),
      );
    });
  });
}

function expectPeerReads(packet: Packet, version: ProtocolVersion): void {
  const expected = asPeer(packet, version);
  const [read, ...more] = readByPeer(encode(packet, version), version);
  expect(more).toEqual([]);
  expect(plain(only(read ?? {}, expected))).toEqual(plain(expected));
}

/** mqtt-packet's packets have fields that do not belong to them; `properties` are compared as a whole, present or not. */
function only(packet: PeerPacket, like: PeerPacket): PeerPacket {
  return Object.fromEntries([...Object.keys(like), 'properties'].map((name) => [name, packet[name]]));
}

/** mqtt-packet does not write some things that a client of MQTT 5 may send: no identifier with a session to keep, a password alone. */
function isWritable({ clientIdentifier, cleanStart, userName, password }: ConnectPacket): boolean {
  return (clientIdentifier !== '' || cleanStart) && (userName !== undefined || password === undefined);
}
