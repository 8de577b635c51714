/** A browser's request to open a WebSocket. */
export function upgradeText(path: string, subprotocol?: string): string {
  const lines = [
    `GET ${path} HTTP/1.1`,
    'Host: localhost',
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
    ...(subprotocol === undefined ? [] : [`Sec-WebSocket-Protocol: ${subprotocol}`]),
  ];
  return `${lines.join('\r\n')}\r\n\r\n`;
}

export const MQTT_UPGRADE = upgradeText('/mqtt', 'mqtt');
export const SOCKET_IO_UPGRADE = upgradeText('/socket.io/?EIO=4&transport=websocket');

/** The head of a client's frame (RFC 6455, 5.2), masked with zeros. It only claims its length. With `isFinal` 0, more fragments follow. */
export function frameHead(opcode: number, length: number, isFinal: 0 | 1 = 1): Buffer {
  const head = Buffer.alloc(14);
  head[0] = (isFinal << 7) | opcode;
  head[1] = 0x80 | 127;
  head.writeBigUInt64BE(BigInt(length), 2);
  return head;
}

/** A complete frame of at most 125 bytes, with the shortest possible head; its mask is zeros. */
export function smallFrame(opcode: number, content: string): Buffer {
  const head = Buffer.of(0x80 | opcode, 0x80 | content.length, 0, 0, 0, 0);
  return Buffer.concat([head, Buffer.from(content)]);
}

const TEXT = 1;
const BINARY = 2;

/** A complete frame: text, or bytes. */
export function frame(content: string | Uint8Array): Buffer {
  const bytes = Buffer.from(content as string);
  return Buffer.concat([frameHead(typeof content === 'string' ? TEXT : BINARY, bytes.length), bytes]);
}

/** The head of a request that claims a body of this length. */
export function requestHead(method: string, path: string, contentLength: number): string {
  return `${method} ${path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/plain\r\nContent-Length: ${contentLength}\r\n\r\n`;
}
