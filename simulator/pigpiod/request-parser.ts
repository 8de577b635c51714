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
  extensionBytes = 0;
  #chunk: Uint8Array = NOTHING;
  #view: DataView = NO_EXTENSION;
  #at = 0;
  /** What holds the extension, and where that begins in it. */
  #extended: DataView = NO_EXTENSION;
  #extensionAt = 0;
  /** A request of which a part has come, in a buffer of its own. */
  #partial: Uint8Array | undefined;
  #filled = 0;

  /** Valid until the next call. */
  get extension(): DataView {
    if (this.extensionBytes === 0) return NO_EXTENSION;
    const { buffer, byteOffset } = this.#extended;
    return new DataView(buffer, byteOffset + this.#extensionAt, this.extensionBytes);
  }

  /** Whether a part of a request has come, and the rest has not. */
  get isWithin(): boolean {
    return this.#partial !== undefined;
  }

  /** Takes bytes over, uncopied. */
  push(chunk: Uint8Array): void {
    const rest = this.#chunk.subarray(this.#at);
    this.#chunk = rest.length === 0 ? chunk : join(rest, chunk);
    this.#view = viewOf(this.#chunk);
    this.#at = 0;
  }

  /** Whether a request was found. Throws `packet/too-large` for an extension that is too long. */
  next(): boolean {
    const at = this.#at;
    const left = this.#chunk.length - at;
    if (left < HEADER_BYTES || this.#partial) return this.#nextCut(left);
    const bytes = HEADER_BYTES + extensionLength(this.#view, at);
    if (left < bytes) return this.#begin(bytes);
    this.#read(this.#view, at, bytes);
    this.#at = at + bytes;
    return true;
  }

  /** Where a request did not come in one piece. */
  #nextCut(left: number): boolean {
    if (this.#partial) return this.#complete(this.#partial);
    return left > 0 && this.#begin(HEADER_BYTES);
  }

  #begin(bytes: number): boolean {
    return this.#complete(new Uint8Array(bytes));
  }

  /** Fills up the request that has partly come; its header tells how long it is. */
  #complete(partial: Uint8Array): boolean {
    let whole = partial;
    this.#fill(whole);
    if (this.#filled < whole.length) return false;
    const bytes = HEADER_BYTES + extensionLength(viewOf(whole), 0);
    if (whole.length < bytes) {
      whole = join(whole, new Uint8Array(bytes - whole.length));
      this.#fill(whole);
      if (this.#filled < bytes) return false;
    }
    this.#partial = undefined;
    this.#filled = 0;
    this.#read(viewOf(whole), 0, bytes);
    return true;
  }

  #fill(partial: Uint8Array): void {
    const piece = this.#chunk.subarray(this.#at, this.#at + partial.length - this.#filled);
    partial.set(piece, this.#filled);
    this.#partial = partial;
    this.#filled += piece.length;
    this.#at += piece.length;
  }

  #read(view: DataView, at: number, bytes: number): void {
    this.command = view.getUint32(at, true);
    this.p1 = view.getUint32(at + 4, true);
    this.p2 = view.getUint32(at + 8, true);
    this.extensionBytes = bytes - HEADER_BYTES;
    this.#extended = view;
    this.#extensionAt = at + HEADER_BYTES;
  }
}

/** How long the extension is of the request that begins there. */
function extensionLength(view: DataView, at: number): number {
  const bytes = view.getUint32(at + 12, true);
  if (bytes > MAX_EXTENSION_BYTES) throw tooLong(view.getUint32(at, true), bytes);
  return bytes;
}

function tooLong(command: number, bytes: number): HubError {
  const message = `command ${command} has an extension of ${bytes} bytes; ${MAX_EXTENSION_BYTES} are allowed`;
  return new HubError('packet/too-large', message);
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
