import { HubError } from '../../hub/core/error.ts';

/** A request and a response both begin with four words, little-endian. */
export const HEADER_BYTES = 16;

/** A longer extension ends the connection. */
export const MAX_EXTENSION_BYTES = 65_535;

const NOTHING = new Uint8Array(0);
const NO_EXTENSION = new DataView(NOTHING.buffer);

/**
 * Finds requests in a stream of bytes, however it is split: `push` bytes, then call `next` until it says that
 * more are needed. In between, the request that was found stands in the parser's own fields.
 */
export class RequestParser {
  command = 0;
  p1 = 0;
  p2 = 0;
  /** Valid until the next call. */
  extension: DataView = NO_EXTENSION;
  #chunk: Uint8Array = NOTHING;
  #view: DataView = NO_EXTENSION;
  #at = 0;
  /** A request of which a part has come, in a buffer of its own. */
  #partial: Uint8Array | undefined;
  #filled = 0;

  /** Takes bytes over, uncopied. */
  push(chunk: Uint8Array): void {
    const rest = this.#chunk.subarray(this.#at);
    this.#chunk = rest.length === 0 ? chunk : join(rest, chunk);
    this.#view = viewOf(this.#chunk);
    this.#at = 0;
  }

  /** Whether a request was found. Throws `packet/too-large` for an extension that is too long. */
  next(): boolean {
    if (this.#partial) return this.#complete();
    const left = this.#chunk.length - this.#at;
    if (left === 0) return false;
    const bytes = left < HEADER_BYTES ? HEADER_BYTES : HEADER_BYTES + extensionBytes(this.#view, this.#at);
    if (left < bytes) {
      this.#partial = new Uint8Array(bytes);
      return this.#complete();
    }
    this.#read(this.#view, this.#at, bytes);
    this.#at += bytes;
    return true;
  }

  /** Fills up the request that has partly come; its header tells how long it is. */
  #complete(): boolean {
    let partial = this.#partial ?? NOTHING;
    partial = this.#fill(partial);
    if (this.#filled < partial.length) return false;
    const bytes = HEADER_BYTES + extensionBytes(viewOf(partial), 0);
    if (partial.length < bytes) {
      partial = this.#fill(join(partial, new Uint8Array(bytes - partial.length)));
      if (this.#filled < bytes) return false;
    }
    this.#partial = undefined;
    this.#filled = 0;
    this.#read(viewOf(partial), 0, bytes);
    return true;
  }

  #fill(partial: Uint8Array): Uint8Array {
    const piece = this.#chunk.subarray(this.#at, this.#at + partial.length - this.#filled);
    partial.set(piece, this.#filled);
    this.#partial = partial;
    this.#filled += piece.length;
    this.#at += piece.length;
    return partial;
  }

  #read(view: DataView, at: number, bytes: number): void {
    this.command = view.getUint32(at, true);
    this.p1 = view.getUint32(at + 4, true);
    this.p2 = view.getUint32(at + 8, true);
    this.extension =
      bytes === HEADER_BYTES
        ? NO_EXTENSION
        : new DataView(view.buffer, view.byteOffset + at + HEADER_BYTES, bytes - HEADER_BYTES);
  }
}

function extensionBytes(view: DataView, at: number): number {
  const bytes = view.getUint32(at + 12, true);
  if (bytes <= MAX_EXTENSION_BYTES) return bytes;
  const command = view.getUint32(at, true);
  const message = `command ${command} has an extension of ${bytes} bytes; ${MAX_EXTENSION_BYTES} are allowed`;
  throw new HubError('packet/too-large', message);
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function join(first: Uint8Array, second: Uint8Array): Uint8Array {
  const all = new Uint8Array(first.length + second.length);
  all.set(first);
  all.set(second, first.length);
  return all;
}
