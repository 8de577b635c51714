import type { Buffer } from 'node:buffer';
import type { Socket } from 'node:net';
import type { Share } from './turn-budget.ts';

/** Bytes are handed on in pieces of this size, so that even one full chunk of the smallest messages cannot block the event loop. */
const PIECE_BYTES = 4_096;

interface SocketReadsOptions {
  readonly socket: Socket;
  readonly share: Share;
  /** Whether those who read go on in handlers of promises. Waiting for them costs a little with each piece. */
  readonly isAsync: boolean;
  /** Called with the number of bytes of each chunk, before anybody handles it. */
  readonly onReceived: (bytes: number) => void;
}

/**
 * Stands between a socket and whoever reads it, whatever they speak. What comes is handed on piece by piece while the connection's share of
 * the turn lasts; the rest waits, and meanwhile nothing is read from the network. Ends wait for a turn with time left, as thousands may come at
 * once. It overrides `push`, `_read` and `_destroy`, the methods by which a stream gets its data and ends.
 */
export class SocketReads {
  readonly #options: SocketReadsOptions;
  readonly #push: Socket['push'];
  readonly #read: Socket['_read'];
  readonly #waiting: Buffer[] = [];
  #isEnded = false;
  /** A tick, or a later turn, will go on. */
  #isScheduled = false;

  /** To be created before the socket's first bytes come. */
  constructor(options: SocketReadsOptions) {
    const { socket } = options;
    this.#options = options;
    readAsStream(socket);
    const { push, _read: read, _destroy: destroy } = socket;
    this.#push = push;
    this.#read = read;
    socket._destroy = (error, callback) => {
      stopReading(socket);
      this.#waiting.length = 0;
      options.share.destroy(() => destroy.call(socket, error, callback));
    };
    socket.push = (chunk) => this.#received(chunk);
    socket._read = (bytes) => {
      if (this.#waiting.length === 0) this.#read.call(socket, bytes);
    };
    socket.on('resume', () => this.#goOn());
  }

  /** Returns whether the network may be read further. */
  #received(chunk: Buffer | null): boolean {
    const { socket, onReceived } = this.#options;
    if (chunk === null) {
      if (this.#waiting.length === 0) this.#end();
      else this.#isEnded = true;
      return false;
    }
    onReceived(chunk.byteLength);
    if (socket.destroyed) return false;
    if (this.#isFree(chunk)) return this.#passOn(chunk);
    this.#waiting.push(chunk);
    this.#goOn();
    return this.#waiting.length === 0;
  }

  /** Whether a chunk can go to its reader at once and whole, as most do. */
  #isFree(chunk: Buffer): boolean {
    const { socket, share } = this.#options;
    if (this.#isScheduled || this.#waiting.length > 0 || chunk.byteLength > PIECE_BYTES) return false;
    return share.isSynchronous && socket.readableFlowing === true && !share.mustWait();
  }

  #passOn(chunk: Buffer): boolean {
    const { socket, share } = this.#options;
    this.#isScheduled = true;
    const before = share.enter();
    try {
      return this.#push.call(socket, chunk);
    } finally {
      share.leave(before);
      this.#isScheduled = false;
    }
  }

  #goOn(): void {
    const { socket, share } = this.#options;
    if (socket.destroyed) this.#waiting.length = 0;
    if (this.#isScheduled || this.#waiting.length === 0 || socket.readableFlowing !== true) return;
    this.#isScheduled = true;
    if (share.mustWait()) share.later(this.#rested);
    else this.#deliver();
  }

  #deliver(): void {
    const piece = this.#takePiece();
    if (!piece) return;
    const { socket, share, isAsync } = this.#options;
    if (share.isSynchronous) {
      share.run(() => this.#push.call(socket, piece));
      this.#delivered();
    } else {
      share.runWithTick(() => this.#push.call(socket, piece), this.#delivered, isAsync);
    }
  }

  #takePiece(): Buffer | undefined {
    const chunk = this.#waiting.shift();
    if (!chunk || chunk.byteLength <= PIECE_BYTES) return chunk;
    this.#waiting.unshift(chunk.subarray(PIECE_BYTES));
    return chunk.subarray(0, PIECE_BYTES);
  }

  #end(): void {
    const { socket, share } = this.#options;
    share.end(() => {
      if (socket.destroyed) return;
      this.#push.call(socket, null);
      socket.read(0); // As Node does, so that 'end' follows.
    });
  }

  readonly #rested = (): void => {
    this.#isScheduled = false;
    this.#goOn();
  };

  readonly #delivered = (): void => {
    const { socket } = this.#options;
    this.#isScheduled = false;
    if (this.#waiting.length > 0) {
      this.#goOn();
    } else if (this.#isEnded) {
      this.#isEnded = false;
      this.#end();
    } else if (!socket.destroyed && !socket.readableEnded) {
      this.#read.call(socket, 0);
    }
  };
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

/** Node's HTTP parser takes bytes from the system itself, past the stream, until somebody else listens for them. */
function readAsStream(socket: Socket): void {
  if (socket.listenerCount('data') === 0) return;
  const listener = () => undefined;
  socket.on('data', listener).off('data', listener);
}
