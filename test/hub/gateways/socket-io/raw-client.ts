import { io, type Socket } from 'socket.io-client';

/** A hub's answer to an event. */
export type Answer =
  | { ok: true; [key: string]: unknown }
  | { ok: false; error: { code: string; message: string } };

/** A message in its wire form. */
export type Wire = [topic: string, payload: string | Uint8Array, flags: number];

/** A Socket.IO client that knows nothing of hubs: it sends what the test says, and records what it gets. */
export class RawClient {
  readonly socket: Socket;
  /** The `messages` events, each with its messages. */
  readonly batches: Wire[][] = [];
  readonly goodbyes: unknown[] = [];
  #heard: () => void = () => undefined;

  constructor(url: string, options: { auth?: object; transports?: ('websocket' | 'polling')[] } = {}) {
    const { auth = {}, transports = ['websocket'] } = options;
    this.socket = io(url, { auth, transports, forceNew: true, reconnection: false });
    this.socket.on('messages', (batch: Wire[]) => {
      this.batches.push(batch);
      this.#heard();
    });
    this.socket.on('goodbye', (reason) => this.goodbyes.push(reason));
  }

  /** All messages so far, in order. */
  get messages(): Wire[] {
    return this.batches.flat();
  }

  /** Resolves when the hub has admitted the client. */
  async connected(): Promise<this> {
    if (!this.socket.connected) await this.once('connect');
    return this;
  }

  once(event: string): Promise<unknown> {
    return new Promise((resolve) => this.socket.once(event, resolve));
  }

  ask(event: string, ...args: unknown[]): Promise<Answer> {
    return this.socket.emitWithAck(event, ...args);
  }

  /** Resolves when this many messages have arrived. */
  async heard(count: number): Promise<Wire[]> {
    while (this.messages.length < count) {
      await new Promise<void>((resolve) => {
        this.#heard = resolve;
      });
    }
    return this.messages;
  }

  /** Resolves when everything has arrived that the hub had for it by now. */
  async settled(): Promise<void> {
    await this.ask('subscribe', '$raw/settled');
    const before = this.messages.length;
    await this.ask('publish', '$raw/settled', '');
    while (!this.messages.slice(before).some(([topic]) => topic === '$raw/settled'))
      await this.heard(this.messages.length + 1);
  }

  close(): void {
    this.socket.disconnect();
  }

  /** Breaks the connection. */
  break(): void {
    this.socket.io.engine.close();
  }
}
