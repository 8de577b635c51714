import type { Buffer } from 'node:buffer';
import type { Socket } from 'node:net';
import type { Credentials } from '../../access/access.ts';
import { certificateOf } from '../http/credentials.ts';
import { SocketTransport, type Transport, type TransportEvents } from './transport.ts';

/** MQTT over TCP, encrypted or not: packets as they are. */
export class TcpTransport extends SocketTransport implements Transport {
  readonly carrier = 'tcp';
  readonly form = 'bytes';
  readonly address: string;
  readonly credentials: Credentials;

  constructor(socket: Socket, parts: Pick<Transport, 'share' | 'letIn'>) {
    super(socket, parts);
    this.address = socket.remoteAddress ?? '';
    this.credentials = certificateOf(socket);
    socket.setNoDelay(); // Otherwise a small packet may wait 40 ms for an acknowledgement.
  }

  send(bytes: Buffer): void {
    this.outlet.write(bytes);
  }

  end(): void {
    this.outlet.end();
    this.socket.resume(); // Unread bytes would turn the end into a reset, and the client might never see our last packet.
  }

  protected read(chunk: Buffer, events: TransportEvents): void {
    events.received(chunk);
  }
}
