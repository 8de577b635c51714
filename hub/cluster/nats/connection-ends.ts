import type { NatsConnection } from '@nats-io/transport-node';
import { Subject } from 'rxjs';

/** Which connections of all accounts begin and end, on all servers: events of the system account. */
const BEGINS = '$SYS.ACCOUNT.*.CONNECT';
const ENDS = '$SYS.ACCOUNT.*.DISCONNECT';

/** For how long whoever has lost its connection may make another, milliseconds. Clients try the next server at once. */
const RETURN_MS = 50;

/** How an end is told that the process itself, or its machine, has brought about. All others are for beats to find out: the process may well go on. */
const CLOSED = ['Client Closed', 'Read Error'];

/** The part of such an event that says who it was. */
interface ConnectionEvent {
  readonly server?: { readonly id?: string };
  readonly client?: { readonly id?: number; readonly name?: string };
  readonly reason?: string;
}

/** Hears of processes whose last connection has ended. */
export class ConnectionEnds {
  /** By what they call themselves. */
  readonly names$ = new Subject<string>();
  readonly #connection: NatsConnection;
  /** The connections that are known to be there, by name: those that were made since this one listens. */
  readonly #present = new Map<string, Set<string>>();
  readonly #waiting = new Set<NodeJS.Timeout>();

  constructor(connection: NatsConnection) {
    this.#connection = connection;
    this.#hear(BEGINS, (name, key) => this.#begin(name, key));
    this.#hear(ENDS, (name, key, reason) => this.#end(name, key, reason));
  }

  async close(): Promise<void> {
    for (const timeout of this.#waiting) clearTimeout(timeout);
    this.names$.complete();
    await this.#connection.close();
  }

  #hear(subject: string, take: (name: string, key: string, reason: string) => void): void {
    this.#connection.subscribe(subject, {
      callback: (error, message) => {
        if (error) return;
        const { server, client, reason = '' } = message.json<ConnectionEvent>();
        if (client?.name !== undefined) take(client.name, `${server?.id} ${client.id}`, reason);
      },
    });
  }

  #begin(name: string, key: string): void {
    const known = this.#present.get(name) ?? new Set();
    this.#present.set(name, known.add(key));
  }

  #end(name: string, key: string, reason: string): void {
    const known = this.#present.get(name);
    known?.delete(key);
    if (known?.size === 0) this.#present.delete(name);
    if (!CLOSED.includes(reason)) return;
    const timeout = setTimeout(() => {
      this.#waiting.delete(timeout);
      if (!this.#present.has(name)) this.names$.next(name);
    }, RETURN_MS);
    this.#waiting.add(timeout);
  }
}
