import { type Packet, PacketType } from 'socket.io-parser';
import { describe, expect, it } from 'vitest';
import { AnswerWanted, SOCKET_IO_PARSER } from '../../../../hub/gateways/socket-io/packets.ts';

function decode(...chunks: readonly (string | Uint8Array)[]): Packet[] {
  const decoder = new SOCKET_IO_PARSER.Decoder();
  const packets: Packet[] = [];
  decoder.on('decoded', (packet: Packet) => packets.push(packet));
  for (const chunk of chunks) decoder.add(chunk);
  return packets;
}

describe('the decoder of Socket.IO packets', () => {
  it('ends an event that wants an answer with what to answer by', () => {
    const [packet] = decode('27["publish","led/21/duty","50"]');
    expect(packet).toEqual({
      type: PacketType.EVENT,
      nsp: '/',
      data: ['publish', 'led/21/duty', '50', new AnswerWanted(7)],
    });
  });

  it('adds that also if bytes follow the event', () => {
    const [packet] = decode('51-0["publish","a",{"_placeholder":true,"num":0}]', new Uint8Array([1, 2]));
    expect(packet?.data).toEqual(['publish', 'a', new Uint8Array([1, 2]), new AnswerWanted(0)]);
  });

  it('leaves packets alone that want no answer, and answers themselves', () => {
    expect(decode('2["ping"]')[0]?.data).toEqual(['ping']);
    expect(decode('33["yes"]')[0]).toMatchObject({ type: PacketType.ACK, id: 3, data: ['yes'] });
  });

  it('does not take an argument from a client for a wish for an answer', () => {
    const [packet] = decode('2["ping",{"id":1}]');
    expect(packet?.data[1]).not.toBeInstanceOf(AnswerWanted);
  });

  it('throws for anything that is not a packet', () => {
    expect(() => decode('9')).toThrow('unknown packet type 9');
    expect(() => decode(new Uint8Array(1))).toThrow('got binary data when not reconstructing a packet');
  });
});
