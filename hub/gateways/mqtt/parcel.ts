import { Buffer } from 'node:buffer';
import { BINARY_FRAME, frameHeaderLength, writeFrameHeader } from '../websocket-frame.ts';

/**
 * Packets that leave in one write. They are kept as one whole WebSocket frame, which may hold several packets [MQTT-6.0.0-2]; a
 * server's frames are not masked, so the same bytes can go to any number of clients, over WebSocket and, without the header, TCP.
 */
export class Parcel {
  /** Header and packets. */
  readonly frame: Buffer;
  /** Where in `frame` the packets begin. */
  readonly start: number;

  /** A parcel with room for so many bytes of packets, to be written to `frame` from `start` on. */
  constructor(byteLength: number) {
    this.start = frameHeaderLength(byteLength);
    this.frame = Buffer.allocUnsafe(this.start + byteLength);
    writeFrameHeader(this.frame, BINARY_FRAME, byteLength);
  }

  static of(packets: Uint8Array): Parcel {
    const parcel = new Parcel(packets.byteLength);
    parcel.frame.set(packets, parcel.start);
    return parcel;
  }

  /** The packets alone. */
  get packets(): Buffer {
    return this.frame.subarray(this.start);
  }

  /** How many bytes the packets have. */
  get byteLength(): number {
    return this.frame.length - this.start;
  }
}
