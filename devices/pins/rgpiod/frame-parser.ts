import { HubError } from '../../../hub/core/error.ts';

/** An answer's header: status, size of the data behind it, command, and three counts. */
const HEADER_BYTES = 16;

/** The longest answer to any command that is used here is 72 bytes; rgpiod itself has room for 64 KiB. */
const MAX_DATA_BYTES = 65_536;

/** Cuts rgpiod's stream of answers, however it is split, into single ones: header and data. */
export class FrameParser {
  #rest: Uint8Array = new Uint8Array(0);

  /** Adds bytes, and returns the answers that are complete now. Throws `driver/failed` for a size that no rgpiod sends. */
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
      throw new HubError('driver/failed', `an answer of ${dataBytes} bytes, so this is no rgpiod`);
    const length = HEADER_BYTES + dataBytes;
    if (byteLength < length) return undefined;
    this.#rest = this.#rest.subarray(length);
    return new DataView(buffer, byteOffset, length);
  }
}
