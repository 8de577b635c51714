import { textFrame } from '../websocket-frame.ts';
import { ENGINE_MESSAGE, type EncodedPacket } from './encoded-packet.ts';

/** An ACK packet in the namespace `/`. (Socket.IO protocol, revision 5) */
const SOCKET_ACK = '3';

/** What an event is answered with. */
export type Answer = Readonly<Record<string, unknown>>;

/** Encodes the answer to the event that has this acknowledgement id. */
export function encodeAnswer(id: number, answer: Answer): EncodedPacket {
  const text = `${SOCKET_ACK}${id}${JSON.stringify([answer])}`;
  return { text, frame: textFrame(ENGINE_MESSAGE + text) };
}
