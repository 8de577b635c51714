import { HubError } from '../../../hub/core/error.ts';

/** The header of an answer: status, size of the data after it, command, and three counts. */
const HEADER_BYTES = 16;

/** The largest answer to the commands used here is 72 bytes; rgpiod itself has room for 64 KiB. */
const MAX_DATA_BYTES = 65_536;

/** Splits rgpiod's byte stream into answers: header and data. */
export class FrameParser {
  #rest: Uint8Array = new Uint8Array(0);

  /** Adds bytes, and returns the answers that are now complete. Throws `driver/failed` for a size that rgpiod never sends. */
  push(bytes: Uint8Array): DataView[] {
    this.#rest = this.#rest.length === 0 ? bytes : Buffer.concat([this.#rest, bytes]);
    const frames: DataView[] = [];
    for (let frame = this.#cut(); frame; frame = this.#cut()) frames.push(frame);
    return frames;
  }

  #cut(): DataView | undefined {
    const { buffer, byteOffset, byteLength } = this.#rest;
    if (byteLength < HEADER_BYTES) return undefined;
    const dataBytes = new DataView(buffer, byteOffset).getUint32(4, true);
    if (dataBytes > MAX_DATA_BYTES)
      throw new HubError('driver/failed', `an answer of ${dataBytes} bytes: this is not rgpiod`);
    const length = HEADER_BYTES + dataBytes;
    if (byteLength < length) return undefined;
    this.#rest = this.#rest.subarray(length);
    return new DataView(buffer, byteOffset, length);
  }
}
