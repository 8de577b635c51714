import type { NatsConnection } from '@nats-io/transport-node';
import { Subject } from 'rxjs';
import { z } from 'zod';

/** Which connections of all accounts have ended, on all servers: events of the system account. */
const SUBJECT = '$SYS.ACCOUNT.*.DISCONNECT';

/** The part of such an event that says who it was. */
const EVENT = z.object({ client: z.object({ name: z.string() }) });

/** Hears of connections that end. */
export class ConnectionEnds {
  readonly names$ = new Subject<string>();
  readonly #connection: NatsConnection;

  constructor(connection: NatsConnection) {
    this.#connection = connection;
    connection.subscribe(SUBJECT, {
      callback: (error, message) => {
        const event = error ? undefined : EVENT.safeParse(message.json()).data;
        if (event) this.names$.next(event.client.name);
      },
    });
  }

  async close(): Promise<void> {
    this.names$.complete();
    await this.#connection.close();
  }
}
