import type { NatsConnection } from '@nats-io/transport-node';
import { Subject } from 'rxjs';

/** Which connections of all accounts have ended, on all servers: events of the system account. */
const SUBJECT = '$SYS.ACCOUNT.*.DISCONNECT';

/** The part of such an event that says who it was. */
interface EndEvent {
  readonly client?: { readonly name?: string };
}

/** Hears of connections that end. */
export class ConnectionEnds {
  readonly names$ = new Subject<string>();
  readonly #connection: NatsConnection;

  constructor(connection: NatsConnection) {
    this.#connection = connection;
    connection.subscribe(SUBJECT, {
      callback: (error, message) => {
        const name = error ? undefined : message.json<EndEvent>().client?.name;
        if (name !== undefined) this.names$.next(name);
      },
    });
  }

  async close(): Promise<void> {
    this.names$.complete();
    await this.#connection.close();
  }
}
