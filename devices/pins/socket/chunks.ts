/** Splits a byte stream into pieces of a given length. */
export class Chunks {
  #rest = new Uint8Array(0);

  /** Adds bytes, and returns the pieces that are now complete. */
  push(bytes: Uint8Array, length: number): DataView[] {
    const all = this.#rest.length === 0 ? bytes : concatenate(this.#rest, bytes);
    const pieces: DataView[] = [];
    let at = 0;
    for (; at + length <= all.length; at += length) {
      pieces.push(new DataView(all.buffer, all.byteOffset + at, length));
    }
    this.#rest = all.slice(at);
    return pieces;
  }
}

function concatenate(first: Uint8Array, second: Uint8Array): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(first.length + second.length);
  all.set(first);
  all.set(second, first.length);
  return all;
}
