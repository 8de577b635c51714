import { HubError } from '../../hub/core/error.ts';

/** A request and a response both begin with four little-endian words. */
export const HEADER_BYTES = 16;

/** A request with a longer extension ends the connection. */
export const MAX_EXTENSION_BYTES = 65_535;

const NOTHING = new Uint8Array(0);
const NO_EXTENSION = new DataView(NOTHING.buffer);

/**
 * Finds requests in a stream of bytes, however it is split: `push` bytes, then call `next` until it returns `false`.
 * After each `true`, the parser's own fields hold the request.
 */
export class RequestParser {
  command = 0;
  p1 = 0;
  p2 = 0;
  extensionBytes = 0;
  /** The error of the stream, `packet/too-large`; after it, the parser finds no further requests. */
  fault: HubError | undefined;
  #chunk: Uint8Array = NOTHING;
  #view: DataView = NO_EXTENSION;
  #at = 0;
  /** The last position in the chunk at which a whole header fits; -1 while a request is being assembled. */
  #lastHeader = -1;
  /** The bytes that contain the extension, and its offset in them. */
  #extended: DataView = NO_EXTENSION;
  #extensionAt = 0;
  /** The buffer of an incomplete request. */
  #partial: Uint8Array | undefined;
  #filled = 0;

  /** Valid until the next call. */
  get extension(): DataView {
    if (this.extensionBytes === 0) return NO_EXTENSION;
    const { buffer, byteOffset } = this.#extended;
    return new DataView(buffer, byteOffset + this.#extensionAt, this.extensionBytes);
  }

  /** Whether an incomplete request has arrived. */
  get isWithin(): boolean {
    return this.#partial !== undefined;
  }

  /** An upper bound for the number of requests in the pushed bytes. */
  get mostRequests(): number {
    const begun = this.#partial ? 1 : 0;
    return begun + Math.floor((this.#chunk.length - this.#at) / HEADER_BYTES);
  }

  /** Takes ownership of bytes without copying them. */
  push(chunk: Uint8Array): void {
    const rest = this.#chunk.subarray(this.#at);
    this.#chunk = rest.length === 0 ? chunk : join(rest, chunk);
    this.#view = viewOf(this.#chunk);
    this.#at = 0;
    this.#lastHeader = this.#partial ? -1 : this.#chunk.length - HEADER_BYTES;
  }

  /** Whether a request was found. */
  next(): boolean {
    const at = this.#at;
    const view = this.#view;
    // Most requests arrive whole and have no extension, so keep their path short.
    if (at > this.#lastHeader || view.getUint32(at + 12, true) !== 0) return this.#nextSpecial();
    this.command = view.getUint32(at, true);
    this.p1 = view.getUint32(at + 4, true);
    this.p2 = view.getUint32(at + 8, true);
    this.extensionBytes = 0;
    this.#at = at + HEADER_BYTES;
    return true;
  }

  /** Handles a request that has an extension or did not arrive in one piece. */
  #nextSpecial(): boolean {
    if (this.#partial) return this.#complete(this.#partial);
    const left = this.#chunk.length - this.#at;
    if (left === 0) return false;
    if (left < HEADER_BYTES) return this.#complete(new Uint8Array(HEADER_BYTES));
    const bytes = this.#lengthAt(this.#view, this.#at);
    if (bytes === undefined) return false;
    if (left < bytes) return this.#complete(new Uint8Array(bytes));
    this.#read(this.#view, this.#at, bytes);
    this.#at += bytes;
    return true;
  }

  /** Adds bytes to an incomplete request; its header gives its length. */
  #complete(partial: Uint8Array): boolean {
    let whole = partial;
    this.#fill(whole);
    if (this.#filled < whole.length) return false;
    const bytes = this.#lengthAt(viewOf(whole), 0);
    if (bytes === undefined) return false;
    if (whole.length < bytes) {
      whole = join(whole, new Uint8Array(bytes - whole.length));
      this.#fill(whole);
      if (this.#filled < bytes) return false;
    }
    this.#partial = undefined;
    this.#filled = 0;
    this.#lastHeader = this.#chunk.length - HEADER_BYTES;
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

  /** The length of the request at this position; sets `fault` if it is too long. */
  #lengthAt(view: DataView, at: number): number | undefined {
    const bytes = view.getUint32(at + 12, true);
    if (bytes <= MAX_EXTENSION_BYTES) return HEADER_BYTES + bytes;
    const command = view.getUint32(at, true);
    const message = `command ${command} has an extension of ${bytes} bytes; ${MAX_EXTENSION_BYTES} are allowed`;
    this.fault ??= new HubError('packet/too-large', message);
    return undefined;
  }
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
