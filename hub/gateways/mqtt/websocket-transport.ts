import { Buffer } from 'node:buffer';
import { HubError } from '../../core/error.ts';
import { CLOSE_FRAME, PONG_FRAME, writeFrameHeader } from '../websocket-frame.ts';
import { SocketTransport, type Transport, type TransportEvents } from './transport.ts';
import { CloseCode, closureOf, type StreamEnd, WebSocketReader } from './websocket-reader.ts';

/** While this much is unsent, pings are not answered: the client does not read the replies. */
const MOST_UNSENT_BYTES = 64 * 2 ** 10;

const NORMAL_CLOSURE = closureOf(CloseCode.Normal);

/**
 * MQTT over WebSocket (MQTT 5, 6), once the handshake is over.
 *
 * Why not the package `ws`, which Socket.IO uses: measured in this place, an idle client takes 8.8 KiB instead of 7.2, reading a frame of
 * 30 bytes takes 0.61 µs instead of 0.17 (200 bytes: 1.25 instead of 0.71), and it gathers whole messages, so that an unauthenticated
 * client could make it hold as much as the longest packet. Its limits apply here too.
 */
export class WebSocketTransport extends SocketTransport implements Transport {
  readonly carrier = 'websocket';
  readonly form = 'frames';
  readonly #reader = new WebSocketReader();
  /** Whether the client's stream has ended. Later bytes are ignored. */
  #hasEnded = false;
  /** Whether the hub has sent its close frame; nothing may follow. (RFC 6455, 5.5.1) */
  #isClosing = false;
  /** The payload of the hub's close frame. */
  #closure = NORMAL_CLOSURE;

  send(frames: Buffer): void {
    if (!this.#isClosing) this.outlet.write(frames);
  }

  end(): void {
    if (!this.#isClosing) this.outlet.write(controlFrame(CLOSE_FRAME, this.#closure));
    this.#isClosing = true;
    if (this.#hasEnded) this.outlet.end(); // Otherwise the client's close frame comes first. (RFC 6455, 7.1.1)
    this.resume();
  }

  protected read(chunk: Buffer, events: TransportEvents): void {
    if (this.#hasEnded) return;
    const { data, ping, end } = this.#reader.read(chunk);
    if (data.length > 0) events.received(data);
    if (ping) this.#answer(ping);
    if (end) this.#finish(end, events);
  }

  protected override finished(events: TransportEvents): void {
    if (!this.#hasEnded) this.#finish({ closure: NORMAL_CLOSURE }, events);
  }

  /** Answers the last ping of a chunk, which answers those before it as well. (RFC 6455, 5.5.3) */
  #answer(ping: Buffer): void {
    if (!this.#isClosing && this.bufferedBytes <= MOST_UNSENT_BYTES) {
      this.outlet.write(controlFrame(PONG_FRAME, ping));
    }
  }

  #finish({ closure, fault }: StreamEnd, events: TransportEvents): void {
    this.#hasEnded = true;
    this.#closure = closure;
    if (this.#isClosing) this.outlet.end();
    else events.ended(fault === undefined ? undefined : new HubError('protocol/violation', fault));
  }
}

function controlFrame(opcode: typeof CLOSE_FRAME | typeof PONG_FRAME, payload: Buffer): Buffer {
  const frame = Buffer.alloc(2 + payload.length);
  writeFrameHeader(frame, 0, opcode, payload.length);
  payload.copy(frame, 2);
  return frame;
}
