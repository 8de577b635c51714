import { Buffer } from 'node:buffer';
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import {
  SocketTransport,
  type SocketTransportParts,
  type Transport,
  type TransportEvents,
} from './transport.ts';

/** MQTT over TCP, encrypted or not, or over any other stream: packets as they are. */
export class TcpTransport extends SocketTransport implements Transport {
  readonly carrier = 'tcp';
  readonly form = 'bytes';

  constructor(socket: Duplex, parts: SocketTransportParts) {
    super(socket, parts);
    if (socket instanceof Socket) socket.setNoDelay(); // Otherwise a small packet may wait 40 ms for an acknowledgement.
  }

  send(bytes: Buffer): void {
    this.outlet.write(bytes);
  }

  end(): void {
    this.outlet.end();
    this.socket.resume(); // Reads on, as unread bytes would turn the end into a reset, and the client might never get the last packet.
  }

  /** An embedder's stream may give text or objects, which are not MQTT. */
  protected read(chunk: unknown, events: TransportEvents): void {
    if (chunk instanceof Uint8Array) events.received(asBuffer(chunk));
    else this.socket.destroy();
  }
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
