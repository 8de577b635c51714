import { connect, type Socket } from 'node:net';

/** A TCP connection of an attacker. That it is cut off is what is to happen, and no error. */
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

  /** Resolves when the connection is made, or it is clear that it will not be. */
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

  /** The same, with some words said one after the other, an answer waited for behind each. */
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

  /** Whether the other side ended it. */
  get wasEnded(): boolean {
    return this.#isClosed && !this.#isOurEnd;
  }

  /** Resolves when the connection is gone. */
  get closed(): Promise<void> {
    return this.#closed;
  }

  /** Sends bytes; resolves when there is room for more, or nobody is there any more. */
  async send(bytes: string | Uint8Array): Promise<void> {
    if (this.#isClosed || this.#socket.write(bytes)) return;
    await Promise.race([new Promise((resolve) => this.#socket.once('drain', resolve)), this.#closed]);
  }

  /** Resolves to the next that comes, or to nothing where the connection ends first. */
  async heard(): Promise<Buffer | undefined> {
    if (this.#isClosed) return undefined;
    return Promise.race([
      new Promise<Buffer>((resolve) => this.#socket.once('data', resolve)),
      this.#closed.then(() => undefined),
    ]);
  }

  /** Resolves once this text has come, in however many pieces, or the connection ends. */
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

  /** Throws away all that comes. */
  ignore(): void {
    this.#socket.resume();
  }

  /** Reads nothing any more. */
  pause(): void {
    this.#socket.pause();
  }

  /** Goes without a word. */
  cut(): void {
    if (!this.#isClosed) this.#isOurEnd = true;
    this.#socket.destroy();
  }
}

/** Makes so many connections at once; resolves when all are made, or are known not to be. */
export function openAll(port: number, count: number): Promise<Wire[]> {
  return Promise.all(Array.from({ length: count }, () => Wire.open(port)));
}

/** Sends the same bytes over each connection again and again, until all are closed, or the signal comes. */
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

/** Ends an attack: what became of its connections, and the end of those that are left. */
export async function finish(wires: readonly Wire[]): Promise<{ opened: number; ended: number }> {
  const ended = wires.filter((wire) => wire.wasEnded).length;
  for (const wire of wires) wire.cut();
  await Promise.all(wires.map((wire) => wire.closed));
  return { opened: wires.filter((wire) => wire.isOpened).length, ended };
}
