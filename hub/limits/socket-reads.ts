import type { Buffer } from 'node:buffer';
import type { Socket } from 'node:net';
import type { Share } from './turn-share.ts';
import type { Entry } from './unauthenticated.ts';

/** Bytes are passed on in pieces of this size, so that even one full chunk of the smallest messages cannot block the event loop. */
const PIECE_BYTES = 4_096;

interface SocketReadsOptions {
  readonly socket: Socket;
  readonly share: Share;
  /** Whether the reader continues in handlers of promises. Waiting for them costs a little with each piece. */
  readonly isAsync: boolean;
  /** Counts each chunk before it is handled. */
  readonly entry: Pick<Entry, 'received'>;
}

/** Shared by all sockets whose reader keeps up. Nothing is ever added. */
const NONE: Buffer[] = [];

const READS = Symbol('reads');

/** A socket with the `SocketReads` attached to it. */
interface Limited extends Socket {
  [READS]: SocketReads;
}

/**
 * Stands between a socket and its reader, whatever the protocol. Data is passed on piece by piece while the connection's share of
 * the turn lasts; the rest waits, and the network is not read meanwhile. Ends wait for a turn with time left, as thousands may come at
 * once. It overrides `push`, `_read` and `_destroy`, the methods by which a stream gets its data and ends, with functions that all sockets
 * share: functions for each socket would take more memory, and V8 could not optimize calls of them.
 */
export class SocketReads {
  readonly #socket: Socket;
  readonly #share: Share;
  readonly #entry: SocketReadsOptions['entry'];
  readonly #isAsync: boolean;
  readonly #push: Socket['push'];
  readonly #read: Socket['_read'];
  readonly #destroy: Socket['_destroy'];
  /** `NONE` once it is empty: V8 keeps the room of an array that was ever used. */
  #waiting = NONE;
  #isEnded = false;
  /** Whether a tick or a later turn will continue. */
  #isScheduled = false;

  /** Create it before the socket's first bytes arrive. */
  constructor({ socket, share, isAsync, entry }: SocketReadsOptions) {
    this.#socket = socket;
    this.#share = share;
    this.#isAsync = isAsync;
    this.#entry = entry;
    readAsStream(socket);
    this.#push = socket.push;
    this.#read = socket._read;
    this.#destroy = socket._destroy;
    Object.assign(socket, SocketReads.#overrides, { [READS]: this });
    socket.on('resume', resumed);
  }

  static readonly #overrides = {
    push(this: Limited, chunk: Buffer | null): boolean {
      return this[READS].#received(chunk);
    },
    _read(this: Limited, bytes: number): void {
      this[READS].#readOn(bytes);
    },
    _destroy(this: Limited, error: Error | null, then: (error?: Error | null) => void): void {
      this[READS].#giveBack(error, then);
    },
  };

  /** Called when the socket flows again. */
  resumed(): void {
    this.#goOn();
  }

  #readOn(bytes: number): void {
    if (this.#waiting.length === 0) this.#read.call(this.#socket, bytes);
  }

  #giveBack(error: Error | null, then: (error?: Error | null) => void): void {
    stopReading(this.#socket);
    this.#waiting = NONE;
    this.#share.destroy(() => this.#destroy.call(this.#socket, error, then));
  }

  /** Takes a chunk. Returns whether the network may be read further. */
  #received(chunk: Buffer | null): boolean {
    if (chunk === null) {
      if (this.#waiting.length === 0) this.#end();
      else this.#isEnded = true;
      return false;
    }
    this.#entry.received(chunk.byteLength);
    if (this.#socket.destroyed) return false;
    if (this.#isFree(chunk)) {
      this.#handOn(chunk);
      return true;
    }
    if (this.#waiting === NONE) this.#waiting = [];
    this.#waiting.push(chunk);
    this.#goOn();
    return this.#waiting.length === 0;
  }

  /** Whether a chunk can go to its reader at once as a whole, as most do: nothing waits, here or in the stream. */
  #isFree(chunk: Buffer): boolean {
    const socket = this.#socket;
    const share = this.#share;
    if (this.#isScheduled || this.#waiting.length > 0 || chunk.byteLength > PIECE_BYTES) return false;
    if (!share.isSynchronous || socket.readableFlowing !== true || socket.readableLength > 0) return false;
    return socket.readableEncoding === null && !share.mustWait();
  }

  /**
   * Passes a chunk on as a flowing stream does. It leaves out the stream's next step, which would request more in the next tick, although the
   * system continues to read by itself until it is stopped.
   */
  #handOn(chunk: Buffer): void {
    const share = this.#share;
    this.#isScheduled = true;
    const before = share.enter();
    try {
      this.#socket.emit('data', chunk);
    } finally {
      share.leave(before);
      this.#isScheduled = false;
    }
  }

  #goOn(): void {
    const socket = this.#socket;
    if (socket.destroyed) this.#waiting = NONE;
    if (this.#isScheduled || this.#waiting.length === 0 || socket.readableFlowing !== true) return;
    this.#isScheduled = true;
    if (this.#share.mustWait()) this.#share.later(() => this.#rested());
    else this.#deliver();
  }

  #deliver(): void {
    const piece = this.#takePiece();
    if (!piece) return;
    const share = this.#share;
    const push = () => this.#push.call(this.#socket, piece);
    if (share.isSynchronous) {
      share.run(push);
      this.#delivered();
    } else {
      share.runWithTick(push, () => this.#delivered(), this.#isAsync);
    }
  }

  #takePiece(): Buffer | undefined {
    const chunk = this.#waiting.shift();
    if (chunk && chunk.byteLength > PIECE_BYTES) {
      this.#waiting.unshift(chunk.subarray(PIECE_BYTES));
      return chunk.subarray(0, PIECE_BYTES);
    }
    if (this.#waiting.length === 0) this.#waiting = NONE;
    return chunk;
  }

  #end(): void {
    const socket = this.#socket;
    this.#share.end(() => {
      if (socket.destroyed) return;
      this.#push.call(socket, null);
      socket.read(0); // As Node does, so that 'end' follows.
    });
  }

  #rested(): void {
    this.#isScheduled = false;
    this.#goOn();
  }

  #delivered(): void {
    const socket = this.#socket;
    this.#isScheduled = false;
    if (this.#waiting.length > 0) {
      this.#goOn();
    } else if (this.#isEnded) {
      this.#isEnded = false;
      this.#end();
    } else if (!socket.destroyed && !socket.readableEnded) {
      this.#read.call(socket, 0);
    }
  }
}

function resumed(this: Socket): void {
  (this as Limited)[READS].resumed();
}

/** As Node's `_destroy` does: it throws if bytes still come for a socket that is destroyed. `readStop` alone does not stop TLS records. */
function stopReading({ _handle: handle }: Socket & { _handle?: Handle | null }): void {
  if (!handle) return;
  handle.readStop?.();
  handle.onread = () => undefined;
}

interface Handle {
  readStop?(): void;
  onread?: () => void;
}

/** Node's HTTP parser reads from the system itself, bypassing the stream, until other code listens for the bytes. */
function readAsStream(socket: Socket): void {
  if (socket.listenerCount('data') === 0) return;
  const listener = () => undefined;
  socket.on('data', listener).off('data', listener);
}
