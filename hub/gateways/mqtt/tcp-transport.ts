import type { Socket } from 'node:net';
import type { Credentials } from '../../access/access.ts';
import { certificateOf } from '../http/credentials.ts';
import type { Parcel } from './delivery.ts';
import type { Transport, TransportEvents } from './transport.ts';

/** MQTT over TCP, encrypted or not: packets as they are. */
export class TcpTransport implements Transport {
  readonly carrier = 'tcp';
  readonly address: string;
  readonly credentials: Credentials;
  readonly letIn: () => void;
  readonly #socket: Socket;

  constructor(socket: Socket, onLetIn: () => void) {
    this.#socket = socket;
    this.letIn = onLetIn;
    this.address = socket.remoteAddress ?? '';
    this.credentials = certificateOf(socket);
    // A small packet that waited for an acknowledgement would be late by 40 ms.
    socket.setNoDelay();
  }

  get bufferedBytes(): number {
    return this.#socket.writableLength;
  }

  start(events: TransportEvents): void {
    this.#socket
      .on('data', (chunk) => events.received(chunk))
      .on('drain', () => events.drained())
      .on('close', () => events.closed())
      .on('error', () => this.destroy()); // 'close' follows: the connection is gone, whatever the reason.
  }

  send(parcel: Parcel): void {
    this.#socket.write(parcel.packets);
  }

  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  end(): void {
    this.#socket.end();
    this.#socket.resume(); // Unread bytes would turn the end into a reset, and the client might never see our last packet.
  }

  destroy(): void {
    this.#socket.destroy();
  }
}
