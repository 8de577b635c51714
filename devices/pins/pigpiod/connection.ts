import type { Socket } from 'node:net';
import { HubError } from '../../../hub/core/error.ts';
import { assertDone } from '../pigpio/commands.ts';
import { Chunks } from './chunks.ts';
import { type Address, describeAddress, dial } from './dial.ts';
import { decodeResult, encodeRequests, FRAME_BYTES, type Request } from './protocol.ts';

/** Requests that were written together and whose answers are awaited together. */
interface Batch {
  readonly requests: readonly Request[];
  readonly results: number[];
  readonly timer: NodeJS.Timeout;
  readonly resolve: (results: number[]) => void;
  readonly reject: (error: Error) => void;
}

/** One connection for commands. It is over with its first fault, as nothing can be told from the answers after that. */
export class Connection {
  /** Resolves with the reason once the connection is over. */
  readonly closed: Promise<string>;
  readonly #socket: Socket;
  readonly #address: Address;
  readonly #chunks = new Chunks();
  readonly #batches: Batch[] = [];
  #fault: Error | undefined;

  static async open(address: Address): Promise<Connection> {
    return new Connection(await dial(address), address);
  }

  private constructor(socket: Socket, address: Address) {
    this.#socket = socket;
    this.#address = address;
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
   * Sends commands in one write and resolves to their results in order, negative ones included: they are
   * pigpio's errors. Rejects with `driver/failed` when the connection ends first, or no answer comes in time.
   */
  ask(...requests: readonly Request[]): Promise<number[]> {
    return new Promise((resolve, reject) => {
      if (this.#fault) return reject(this.#lost());
      const { timeoutMs } = this.#address;
      const timer = setTimeout(() => this.#end(new Error(`no answer within ${timeoutMs} ms`)), timeoutMs);
      this.#batches.push({ requests, results: [], timer, resolve, reject });
      this.#socket.write(encodeRequests(requests));
    });
  }

  /** The same where no result may be an error. Rejects with `driver/failed`, naming the first command that was refused. */
  async must(...requests: readonly Request[]): Promise<number[]> {
    return assertDone(requests, await this.ask(...requests));
  }

  /** Hands all that comes from now on to a listener: on this connection there are no more answers. */
  divert(listener: (bytes: Uint8Array) => void): void {
    this.#socket.removeAllListeners('data').on('data', listener);
  }

  close(reason: string): void {
    this.#end(new Error(reason));
  }

  #receive(bytes: Uint8Array): void {
    try {
      for (const response of this.#chunks.push(bytes, FRAME_BYTES)) this.#settle(response);
    } catch (error) {
      this.#end(error instanceof Error ? error : new Error(String(error)));
    }
  }

  #settle(response: DataView): void {
    const [batch] = this.#batches;
    const request = batch?.requests[batch.results.length];
    if (!batch || !request)
      throw new HubError('driver/failed', 'pigpiod sent an answer that nobody asked for');
    batch.results.push(decodeResult(response, request));
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
    return `lost pigpiod at ${describeAddress(this.#address)}: ${this.#fault?.message}`;
  }
}
