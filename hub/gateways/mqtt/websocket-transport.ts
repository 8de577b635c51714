import { Buffer } from 'node:buffer';
import type { Duplex } from 'node:stream';
import type { Credentials } from '../../access/access.ts';
import { CLOSE_FRAME, PONG_FRAME, writeFrameHeader } from '../websocket-frame.ts';
import type { Parcel } from './delivery.ts';
import type { Transport, TransportEvents } from './transport.ts';
import { CloseCode, WebSocketFault, WebSocketReader } from './websocket-reader.ts';

/** MQTT over WebSocket (MQTT 5, 6), once the handshake is over. */
export class WebSocketTransport implements Transport {
  readonly carrier = 'websocket';
  readonly address: string;
  readonly credentials: Credentials;
  readonly letIn: () => void;
  readonly #socket: Duplex;
  readonly #reader: WebSocketReader;
  #isClosing = false;

  constructor(
    socket: Duplex,
    { address, credentials, letIn }: Pick<Transport, 'address' | 'letIn'> & { credentials: Credentials },
  ) {
    this.#socket = socket;
    this.address = address;
    this.credentials = credentials;
    this.letIn = letIn;
    this.#reader = new WebSocketReader({
      ping: (payload) => this.#write(controlFrame(PONG_FRAME, payload)),
      close: (payload) => this.#answerClose(payload),
    });
  }

  get bufferedBytes(): number {
    return this.#socket.writableLength;
  }

  start(events: TransportEvents): void {
    this.#socket
      .on('data', (chunk: Buffer) => this.#read(chunk, events))
      .on('drain', () => events.drained())
      .on('end', () => this.#socket.end())
      .on('close', () => events.closed())
      .on('error', () => this.destroy()); // 'close' follows: the connection is gone, whatever the reason.
  }

  send(parcel: Parcel): void {
    this.#write(parcel.frame);
  }

  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  end(): void {
    this.#close(CloseCode.Normal);
    this.#socket.resume(); // The client's answer is to be heard.
  }

  destroy(): void {
    this.#socket.destroy();
  }

  #read(chunk: Buffer, events: TransportEvents): void {
    try {
      const data = this.#reader.read(chunk);
      if (data.length > 0) events.received(data);
    } catch (error) {
      if (!(error instanceof WebSocketFault)) throw error;
      this.#close(error.closeCode);
      this.#socket.end();
    }
  }

  #write(frame: Buffer): void {
    if (!this.#isClosing) this.#socket.write(frame);
  }

  #close(code: number): void {
    this.#write(controlFrame(CLOSE_FRAME, Buffer.of(code >> 8, code & 0xff)));
    this.#isClosing = true;
  }

  /** RFC 6455, 5.5.1: a close frame is answered with one, unless it is the answer to ours. */
  #answerClose(payload: Buffer): void {
    this.#write(controlFrame(CLOSE_FRAME, payload.subarray(0, 2)));
    this.#isClosing = true;
    this.#socket.end();
  }
}

function controlFrame(opcode: typeof CLOSE_FRAME | typeof PONG_FRAME, payload: Buffer): Buffer {
  const frame = Buffer.alloc(2 + payload.length);
  writeFrameHeader(frame, opcode, payload.length);
  payload.copy(frame, 2);
  return frame;
}
