import { Buffer } from 'node:buffer';
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Credentials, Remote } from '../../access/access.ts';
import { certificateOf } from '../http/credentials.ts';
import { SocketTransport, type Transport, type TransportEvents } from './transport.ts';

interface TcpTransportParts extends Pick<Transport, 'share' | 'letIn'> {
  /** Default: the socket's remote address. */
  readonly remote?: Remote;
  /** Default: the client certificate, if TLS has verified one. */
  readonly credentials?: Credentials;
}

/** MQTT over TCP, encrypted or not, or over any other stream: packets as they are. */
export class TcpTransport extends SocketTransport implements Transport {
  readonly carrier = 'tcp';
  readonly form = 'bytes';
  readonly address: string;
  readonly credentials: Credentials;
  readonly remote: Remote | undefined;

  constructor(socket: Duplex, parts: TcpTransportParts) {
    super(socket, parts);
    const isSocket = socket instanceof Socket;
    this.remote = parts.remote;
    this.address = parts.remote?.address ?? (isSocket ? socket.remoteAddress : undefined) ?? '';
    this.credentials = parts.credentials ?? certificateOf(socket);
    if (isSocket) socket.setNoDelay(); // Otherwise a small packet may wait 40 ms for an acknowledgement.
  }

  send(bytes: Buffer): void {
    this.outlet.write(bytes);
  }

  end(): void {
    this.outlet.end();
    this.socket.resume(); // Unread bytes would turn the end into a reset, and the client might never see our last packet.
  }

  /** An embedder's stream may give text or objects, which are no MQTT. */
  protected read(chunk: unknown, events: TransportEvents): void {
    if (chunk instanceof Uint8Array) events.received(asBuffer(chunk));
    else this.socket.destroy();
  }
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
