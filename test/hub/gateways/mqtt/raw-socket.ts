import { Buffer } from 'node:buffer';
import { once } from 'node:events';
import { connect as connectSocket, type Socket } from 'node:net';

/** A client's WebSocket frame, masked with zeros. */
export function clientFrame(opcode: number, payload: Uint8Array): Buffer {
  const extended =
    payload.length < 126 ? Buffer.alloc(0) : Buffer.of(payload.length >> 8, payload.length & 0xff);
  const length = extended.length === 0 ? payload.length : 126;
  return Buffer.concat([Buffer.of(0x80 | opcode, 0x80 | length), extended, Buffer.alloc(4), payload]);
}

/** The payloads of the complete binary frames in a server's stream. */
export function binaryFrames(stream: Buffer): Buffer[] {
  const payloads: Buffer[] = [];
  for (let at = 0; at + 4 <= stream.length; ) {
    const short = (stream[at + 1] ?? 0) & 0x7f;
    const start = at + (short < 126 ? 2 : short === 126 ? 4 : 10);
    const length =
      short < 126 ? short : short === 126 ? stream.readUInt16BE(at + 2) : stream.readUInt32BE(at + 6);
    if (start + length > stream.length) break;
    if (stream[at] === 0x82) payloads.push(stream.subarray(start, start + length));
    at = start + length;
  }
  return payloads;
}

/** A socket on which the WebSocket handshake for MQTT is done, and that stays open when the hub closes its side. */
export async function openWebSocket(port: number): Promise<Socket> {
  const socket = connectSocket({ port, host: '127.0.0.1', allowHalfOpen: true });
  socket.write(
    'GET /mqtt HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n' +
      `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${'A'.repeat(22)}==\r\n\r\n`,
  );
  await once(socket, 'data');
  return socket;
}

/** Everything that arrives until the other side ends its stream. */
export async function readToEnd(socket: Socket): Promise<Buffer> {
  const chunks: Buffer[] = [];
  socket.on('data', (chunk) => chunks.push(chunk));
  await once(socket, 'end');
  return Buffer.concat(chunks);
}
