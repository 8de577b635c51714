import type { Socket } from 'node:net';
import { HubError } from '../../../hub/core/error.ts';
import { type Address, type Daemon, describeAddress, dial } from './dial.ts';

/** A request-response protocol of a daemon: answers come in order, one for each request. */
export interface Protocol<Request, Result> extends Daemon {
  encode(requests: readonly Request[]): Uint8Array;
  /** Creates the parser for one connection. It takes bytes in chunks of any size, and returns the answers that are now complete. */
  createParser(): (bytes: Uint8Array) => readonly DataView[];
  /** Throws `driver/failed` if the answer belongs to another request. */
  decode(answer: DataView, request: Request): Result;
}

/** Requests written together, whose answers are awaited together. */
interface Batch<Request, Result> {
  readonly requests: readonly Request[];
  readonly results: Result[];
  readonly timer: NodeJS.Timeout;
  readonly resolve: (results: Result[]) => void;
  readonly reject: (error: Error) => void;
}

/** One connection for requests. It ends with its first error, because later answers can no longer be matched to requests. */
export class Connection<Request, Result> {
  /** Resolves with the reason once the connection is over. */
  readonly closed: Promise<string>;
  readonly #socket: Socket;
  readonly #address: Address;
  readonly #protocol: Protocol<Request, Result>;
  readonly #parse: (bytes: Uint8Array) => readonly DataView[];
  readonly #batches: Batch<Request, Result>[] = [];
  #fault: Error | undefined;

  /** Rejects with `driver/unavailable` if nobody answers. */
  static async open<Request, Result>(
    address: Address,
    protocol: Protocol<Request, Result>,
  ): Promise<Connection<Request, Result>> {
    return new Connection(await dial(address, protocol), address, protocol);
  }

  private constructor(socket: Socket, address: Address, protocol: Protocol<Request, Result>) {
    this.#socket = socket;
    this.#address = address;
    this.#protocol = protocol;
    this.#parse = protocol.createParser();
    this.closed = new Promise((resolve) => {
      socket.on('error', (error) => this.#end(error));
      socket.once('close', () => {
        this.#end(new Error('it closed the connection'));
        resolve(this.#reason());
      });
    });
    socket.on('data', (bytes) => this.#receive(bytes));
  }

  /**
   * Sends requests in one write and resolves to their results in order. Rejects with `driver/failed` if the connection ends first, or if an
   * answer does not arrive in time.
   */
  ask(...requests: readonly Request[]): Promise<Result[]> {
    return new Promise((resolve, reject) => {
      if (this.#fault) return reject(this.#lost());
      const { timeoutMs } = this.#address;
      const timer = setTimeout(() => this.#end(new Error(`no answer within ${timeoutMs} ms`)), timeoutMs);
      this.#batches.push({ requests, results: [], timer, resolve, reject });
      this.#socket.write(this.#protocol.encode(requests));
    });
  }

  /** Passes all further bytes to a listener: this connection gets no more answers. */
  passBytesTo(listener: (bytes: Uint8Array) => void): void {
    this.#socket.removeAllListeners('data').on('data', listener);
  }

  close(reason: string): void {
    this.#end(new Error(reason));
  }

  #receive(bytes: Uint8Array): void {
    try {
      for (const answer of this.#parse(bytes)) this.#settle(answer);
    } catch (error) {
      this.#end(error instanceof Error ? error : new Error(String(error)));
    }
  }

  #settle(answer: DataView): void {
    const { name, decode } = this.#protocol;
    const [batch] = this.#batches;
    const request = batch?.requests[batch.results.length];
    if (!batch || !request) throw new HubError('driver/failed', `${name} sent an answer without a request`);
    batch.results.push(decode(answer, request));
    if (batch.results.length < batch.requests.length) return;
    this.#batches.shift();
    clearTimeout(batch.timer);
    batch.resolve(batch.results);
  }

  #end(fault: Error): void {
    if (this.#fault) return;
    this.#fault = fault;
    this.#socket.destroy();
    for (const { timer, reject } of this.#batches.splice(0)) {
      clearTimeout(timer);
      reject(this.#lost());
    }
  }

  #lost(): HubError {
    return new HubError('driver/failed', this.#reason(), { cause: this.#fault });
  }

  #reason(): string {
    return `lost ${this.#protocol.name} at ${describeAddress(this.#address)}: ${this.#fault?.message}`;
  }
}
