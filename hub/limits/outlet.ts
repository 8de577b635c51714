import { Buffer } from 'node:buffer';
import type { Duplex } from 'node:stream';

/** Pieces shorter than this are copied into blocks; longer ones are kept as they are. */
const SMALL_BYTES = 1_024;

/** A block begins small, since most connections never fall behind, and doubles up to this size. */
const FIRST_BLOCK_BYTES = 1_024;
const LARGEST_BLOCK_BYTES = 64 * 2 ** 10;

/** Shared by all outlets that have not fallen behind. Nothing is ever added. */
const NONE: Buffer[] = [];

/**
 * The sending side of a stream. While the network keeps up, `write` goes straight to the stream. Once it falls behind, small pieces are gathered into
 * blocks: Node keeps an object for each write, and ending a connection with 50,000 of them blocks the event loop for seconds. Other code may
 * write to the stream too: pieces are gathered only behind one of the outlet's own writes, which sends them when it is done.
 */
export class Outlet {
  readonly #stream: Duplex;
  readonly #owner: { drained(): void } | undefined;
  #waiting = NONE;
  #waitingBytes = 0;
  /** The last element of `#waiting` if it still has room, and how much of it is used. */
  #block: Buffer | undefined;
  #blockUsed = 0;
  /** Writes that the stream has not reported as done. */
  #underWay = 0;
  #isBehind = false;

  /** `owner` is called once the network has taken everything after it had fallen behind. It calls `forget` when the stream is closed. */
  constructor(stream: Duplex, owner?: { drained(): void }) {
    this.#stream = stream;
    this.#owner = owner;
  }

  /** Bytes that were written and that the network has not accepted yet. */
  get bufferedBytes(): number {
    return this.#stream.writableLength + this.#waitingBytes;
  }

  /** Sends bytes, which must not change afterwards. Does nothing once the stream is closed. */
  write(bytes: Buffer): void {
    const stream = this.#stream;
    if (!stream.writable) return;
    const mustWait = this.#waitingBytes > 0 || (this.#underWay > 0 && stream.writableLength > 0);
    if (mustWait) this.#gather(bytes);
    else this.#send(bytes);
    if (stream.writableLength > 0) this.#isBehind = true;
  }

  /** Sends the waiting bytes, and ends the stream. */
  end(): void {
    this.#flush();
    this.#stream.end();
  }

  #send(bytes: Buffer): void {
    this.#underWay++;
    this.#stream.write(bytes, this.#onWritten);
  }

  readonly #onWritten = (): void => {
    if (--this.#underWay > 0 || !this.#isBehind) return;
    this.#flush();
    if (this.#underWay > 0) return;
    this.#isBehind = false;
    if (!this.#stream.destroyed) this.#owner?.drained();
  };

  #gather(bytes: Buffer): void {
    if (this.#waiting === NONE) this.#waiting = [];
    this.#waitingBytes += bytes.byteLength;
    if (bytes.byteLength < SMALL_BYTES) {
      this.#copy(bytes);
      return;
    }
    this.#closeBlock();
    this.#waiting.push(bytes);
  }

  #copy(bytes: Buffer): void {
    let block = this.#block;
    if (!block || this.#blockUsed + bytes.byteLength > block.byteLength) block = this.#makeRoom();
    bytes.copy(block, this.#blockUsed);
    this.#blockUsed += bytes.byteLength;
  }

  /** A block with room for a small piece: the present one, doubled, or a new one. */
  #makeRoom(): Buffer {
    const old = this.#block;
    const mayGrow = old !== undefined && old.byteLength < LARGEST_BLOCK_BYTES;
    if (!mayGrow) this.#closeBlock();
    else this.#waiting.pop();
    const block = Buffer.allocUnsafeSlow(mayGrow ? old.byteLength * 2 : FIRST_BLOCK_BYTES);
    if (mayGrow) old.copy(block, 0, 0, this.#blockUsed);
    this.#waiting.push(block);
    this.#block = block;
    return block;
  }

  #closeBlock(): void {
    const block = this.#block;
    if (block) this.#waiting[this.#waiting.length - 1] = block.subarray(0, this.#blockUsed);
    this.#block = undefined;
    this.#blockUsed = 0;
  }

  #flush(): void {
    if (this.#waiting.length === 0 || !this.#stream.writable) return;
    this.#closeBlock();
    const waiting = this.#waiting;
    this.forget();
    this.#stream.cork();
    for (const bytes of waiting) this.#send(bytes);
    this.#stream.uncork();
  }

  /** Releases the waiting bytes: nothing can be sent any more. */
  forget(): void {
    this.#waiting = NONE;
    this.#waitingBytes = 0;
    this.#block = undefined;
    this.#blockUsed = 0;
  }
}

/** Detects a client that has accepted nothing for too long while its buffer is full. */
export class StuckDetector {
  readonly #mostMs: number;
  #fullSince: number | undefined;

  /** `mostSeconds` is how long a client may accept nothing. */
  constructor(mostSeconds: number) {
    this.#mostMs = mostSeconds * 1000;
  }

  /** Takes note that the network has accepted everything. */
  drained(): void {
    this.#fullSince = undefined;
  }

  /** Called now and then with the time of a clock that never jumps, milliseconds. Returns whether the client is stuck. */
  check(now: number, isFull: boolean): boolean {
    this.#fullSince = isFull ? (this.#fullSince ?? now) : undefined;
    return this.#fullSince !== undefined && now - this.#fullSince >= this.#mostMs;
  }
}
