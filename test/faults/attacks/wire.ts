import { connect, type Socket } from 'node:net';

/** A TCP connection of an attacker. Being cut off is expected, and no error. */
export class Wire {
  readonly #socket: Socket;
  readonly #closed: Promise<void>;
  #isOpened = false;
  #isClosed = false;
  #isOurEnd = false;

  constructor(port: number) {
    this.#socket = connect({ port, host: '127.0.0.1' }).setNoDelay();
    this.#socket.on('error', () => this.#socket.destroy());
    this.#closed = new Promise((resolve) => {
      this.#socket.once('close', () => {
        this.#isClosed = true;
        resolve();
      });
    });
  }

  /** Resolves when the connection is made, or is known to have failed. */
  static async open(port: number): Promise<Wire> {
    const wire = new Wire(port);
    await Promise.race([
      new Promise<void>((resolve) =>
        wire.#socket.once('connect', () => {
          wire.#isOpened = true;
          resolve();
        }),
      ),
      wire.#closed,
    ]);
    return wire;
  }

  /** Connects, and then sends some messages, each after the answer to the previous one. */
  static async openWith(port: number, words: readonly (string | Uint8Array)[]): Promise<Wire> {
    const wire = await Wire.open(port);
    for (const word of words) {
      const answer = wire.heard();
      await wire.send(word);
      await answer;
    }
    return wire;
  }

  get isOpened(): boolean {
    return this.#isOpened;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Whether the other side has ended the connection. */
  get wasEnded(): boolean {
    return this.#isClosed && !this.#isOurEnd;
  }

  /** Resolves when the connection is closed. */
  get closed(): Promise<void> {
    return this.#closed;
  }

  /** Sends bytes; resolves when there is room for more, or the connection is closed. */
  async send(bytes: string | Uint8Array): Promise<void> {
    if (this.#isClosed || this.#socket.write(bytes)) return;
    await Promise.race([new Promise((resolve) => this.#socket.once('drain', resolve)), this.#closed]);
  }

  /** Resolves to the next data, or to nothing if the connection ends first. */
  async heard(): Promise<Buffer | undefined> {
    if (this.#isClosed) return undefined;
    return Promise.race([
      new Promise<Buffer>((resolve) => this.#socket.once('data', resolve)),
      this.#closed.then(() => undefined),
    ]);
  }

  /** Resolves once this text has arrived, in any number of pieces, or the connection ends. */
  async heardText(text: string): Promise<void> {
    let heard = '';
    const arrived = new Promise<void>((resolve) => {
      const listen = (chunk: Buffer) => {
        heard += chunk.toString('latin1');
        if (!heard.includes(text)) return;
        this.#socket.off('data', listen);
        resolve();
      };
      this.#socket.on('data', listen);
    });
    await Promise.race([arrived, this.#closed]);
  }

  /** Discards everything that arrives. */
  ignore(): void {
    this.#socket.resume();
  }

  /** Stops reading. */
  pause(): void {
    this.#socket.pause();
  }

  /** Leaves without a goodbye. */
  cut(): void {
    if (!this.#isClosed) this.#isOurEnd = true;
    this.#socket.destroy();
  }
}

/** Makes this many connections at once; resolves when all are made, or are known to have failed. */
export function openAll(port: number, count: number): Promise<Wire[]> {
  return Promise.all(Array.from({ length: count }, () => Wire.open(port)));
}

/** Sends the same bytes over each connection again and again, until all are closed, or the signal fires. */
export async function flood(wires: readonly Wire[], bytes: Uint8Array, signal: AbortSignal): Promise<void> {
  const stopped = new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
  const run = async (wire: Wire) => {
    while (!signal.aborted && !wire.isClosed) await wire.send(bytes);
  };
  await Promise.race([Promise.all(wires.map(run)), stopped]);
}

/** Ends an attack: returns the fate of its connections, and closes the rest. */
export async function finish(wires: readonly Wire[]): Promise<{ opened: number; ended: number }> {
  const ended = wires.filter((wire) => wire.wasEnded).length;
  for (const wire of wires) wire.cut();
  await Promise.all(wires.map((wire) => wire.closed));
  return { opened: wires.filter((wire) => wire.isOpened).length, ended };
}
