import type { HubError } from '../../core/error.ts';
import { textFrame } from '../websocket-frame.ts';
import { ENGINE_MESSAGE, type EncodedPacket } from './encoded-packet.ts';

/** An EVENT packet in the namespace `/`. (Socket.IO protocol, revision 5) */
const SOCKET_EVENT = '2';

/** Encodes the event that says why the hub ends a connection. */
export function encodeGoodbye(reason: HubError): EncodedPacket {
  const text = SOCKET_EVENT + JSON.stringify(['goodbye', reason.toJSON()]);
  return { text, frame: textFrame(ENGINE_MESSAGE + text) };
}
