import type { NatsConnection } from '@nats-io/transport-node';
import { Subject } from 'rxjs';

/** The system account's events about connections that begin and end, of all accounts and on all servers. */
const BEGINS = '$SYS.ACCOUNT.*.CONNECT';
const ENDS = '$SYS.ACCOUNT.*.DISCONNECT';

/** How long a process that has lost its connection may take to make another, milliseconds. Clients try the next server at once. */
const RETURN_MS = 50;

/** The reasons that the process itself or its machine has caused. For all other reasons the process may still be running, and beats find out. */
const CLOSED = ['Client Closed', 'Read Error'];

/** The part of such an event that identifies the connection. */
interface ConnectionEvent {
  readonly server?: { readonly id?: string };
  readonly client?: { readonly id?: number; readonly name?: string };
  readonly reason?: string;
}

/** Reports processes whose last connection has ended. */
export class ConnectionEnds {
  /** The names that the processes gave themselves. */
  readonly names$ = new Subject<string>();
  readonly #connection: NatsConnection;
  /** The connections that were made since this object began to listen, by name. */
  readonly #present = new Map<string, Set<string>>();
  readonly #waiting = new Set<NodeJS.Timeout>();

  constructor(connection: NatsConnection) {
    this.#connection = connection;
    this.#listen(BEGINS, (name, key) => this.#begin(name, key));
    this.#listen(ENDS, (name, key, reason) => this.#end(name, key, reason));
  }

  async close(): Promise<void> {
    for (const timeout of this.#waiting) clearTimeout(timeout);
    this.names$.complete();
    await this.#connection.close();
  }

  #listen(subject: string, take: (name: string, key: string, reason: string) => void): void {
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
