import { HEADER_BYTES } from './request-parser.ts';

/** Room for the answers to a few bursts; one that needs more gets it. */
const SLAB_BYTES = 16_384;

/** Gathers answers, so that those to one burst of requests leave in one piece, and none is ever cut. */
export class Answers {
  #slab = new Uint8Array(SLAB_BYTES);
  #view = new DataView(this.#slab.buffer);
  #start = 0;
  #end = 0;

  /** The command and its parameters as they came, and its result. */
  add(command: number, p1: number, p2: number, result: number): void {
    const at = this.#end;
    if (at + HEADER_BYTES > this.#slab.length) {
      this.#move();
      this.add(command, p1, p2, result);
      return;
    }
    this.#view.setUint32(at, command, true);
    this.#view.setUint32(at + 4, p1, true);
    this.#view.setUint32(at + 8, p2, true);
    this.#view.setInt32(at + 12, result, true);
    this.#end = at + HEADER_BYTES;
  }

  /** What has been gathered, `undefined` where that is nothing. It is the taker's, and never written to again. */
  take(): Uint8Array | undefined {
    if (this.#end === this.#start) return undefined;
    const bytes = this.#slab.subarray(this.#start, this.#end);
    this.#start = this.#end;
    return bytes;
  }

  /** Goes on in another slab, with what is not taken yet. */
  #move(): void {
    const pending = this.#slab.subarray(this.#start, this.#end);
    this.#slab = new Uint8Array(Math.max(SLAB_BYTES, pending.length * 2));
    this.#slab.set(pending);
    this.#view = new DataView(this.#slab.buffer);
    this.#start = 0;
    this.#end = pending.length;
  }
}
