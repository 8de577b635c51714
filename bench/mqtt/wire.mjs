// The minimum of WebSocket and MQTT 3.1.1 for a load generator, so that it costs less than the brokers it measures.
import { once } from 'node:events';
import { connect as connectSocket } from 'node:net';

const MASKED = 0x80;
const FINAL_BINARY = 0x82;
const FINAL_TEXT = 0x81;

/** A client's frame around one packet or text. The mask is all zeros, which costs the server as much as any other. */
export function frame(content) {
  const packet = Buffer.from(content);
  const first = typeof content === 'string' ? FINAL_TEXT : FINAL_BINARY;
  const header =
    packet.length < 126
      ? [first, MASKED | packet.length]
      : [first, MASKED | 126, packet.length >> 8, packet.length & 255];
  return Buffer.concat([Buffer.from(header), Buffer.alloc(4), packet]);
}

const text = (value) =>
  Buffer.concat([Buffer.from([value.length >> 8, value.length & 255]), Buffer.from(value)]);
const packet = (first, ...parts) => {
  const body = Buffer.concat(parts);
  return Buffer.concat([Buffer.from([first, body.length]), body]);
};

const CLEAN_SESSION = 2;
export const connectPacket = (clientIdentifier, { isKept = false } = {}) =>
  packet(0x10, text('MQTT'), Buffer.from([4, isKept ? 0 : CLEAN_SESSION, 0, 0]), text(clientIdentifier));
export const subscribePacket = (filter, qos) =>
  packet(0x82, Buffer.from([0, 1]), text(filter), Buffer.from([qos]));
export const publishPacket = (topic, payload, qos, identifier = 1, { retain = false } = {}) =>
  packet(
    0x30 | (qos << 1) | (retain ? 1 : 0),
    text(topic),
    qos === 0 ? Buffer.alloc(0) : Buffer.from([identifier >> 8, identifier & 255]),
    payload,
  );

/** Parses a server's frames: calls `onPayload(chunk, start, end)` for each piece of payload. */
class FrameReader {
  #left = 0;
  #header = Buffer.alloc(0);
  #onPayload;

  constructor(onPayload) {
    this.#onPayload = onPayload;
  }

  push(chunk) {
    let at = 0;
    while (at < chunk.length) {
      if (this.#left > 0) {
        const end = Math.min(chunk.length, at + this.#left);
        this.#onPayload(chunk, at, end);
        this.#left -= end - at;
        at = end;
      } else {
        const taken = this.#readHeader(chunk, at);
        if (taken === 0) return;
        at += taken;
      }
    }
  }

  #readHeader(chunk, at) {
    if (this.#header.length === 0 && chunk.length - at >= 4) {
      const length = chunk[at + 1];
      if (length < 126) {
        this.#left = length;
        return 2;
      }
      if (length === 126) {
        this.#left = (chunk[at + 2] << 8) | chunk[at + 3];
        return 4;
      }
    }
    const before = this.#header.length;
    const header = Buffer.concat([this.#header, chunk.subarray(at, at + 10 - before)]);
    const length = header.length > 1 ? header[1] : undefined;
    const size = length === undefined ? Infinity : length === 127 ? 10 : length === 126 ? 4 : 2;
    if (header.length < size) {
      this.#header = header;
      return 0;
    }
    this.#left =
      length === 127 ? Number(header.readBigUInt64BE(2)) : length === 126 ? header.readUInt16BE(2) : length;
    this.#header = Buffer.alloc(0);
    return size - before;
  }
}

/** Connects a client. `onPayload`, and `onChunk` (called after each chunk of received bytes), can be replaced at any time. */
export async function openClient(target, clientIdentifier, options) {
  const client = await openWebSocket(target, 'mqtt');
  await answerTo(client, connectPacket(clientIdentifier, options));
  return client;
}

/** Opens a WebSocket; resolves after the handshake. */
export async function openWebSocket({ port, path }, subprotocol) {
  const socket = connectSocket({ port, host: '127.0.0.1' });
  socket.setNoDelay();
  await once(socket, 'connect');
  const headers = [
    `GET ${path} HTTP/1.1`,
    `Host: localhost:${port}`,
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
    ...(subprotocol === undefined ? [] : [`Sec-WebSocket-Protocol: ${subprotocol}`]),
  ];
  socket.write(`${headers.join('\r\n')}\r\n\r\n`);
  const [answer] = await once(socket, 'data');
  const head = answer.indexOf('\r\n\r\n') + 4;
  if (!answer.toString('latin1').startsWith('HTTP/1.1 101')) throw new Error(answer.toString());
  const client = { socket, onPayload: () => {}, onChunk: () => {}, send: (packets) => socket.write(packets) };
  const reader = new FrameReader((chunk, start, end) => client.onPayload(chunk, start, end));
  reader.push(answer.subarray(head));
  socket.on('data', (chunk) => {
    reader.push(chunk);
    client.onChunk();
  });
  return client;
}

/** Sends a packet, and waits for the next answer of any kind. Resolves to the part of it that arrived in one chunk. */
export async function answerTo(client, packet) {
  const answered = new Promise((resolve) => {
    client.onPayload = (chunk, start, end) => resolve(chunk.subarray(start, end));
  });
  client.send(frame(packet));
  return answered;
}
