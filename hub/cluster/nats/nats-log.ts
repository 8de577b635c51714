import { setTimeout as wait } from 'node:timers/promises';
import {
  type ConsumerMessages,
  DeliverPolicy,
  type JetStreamClient,
  type JetStreamManager,
} from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { Observable, type Subscriber, Subscription } from 'rxjs';
import { type Appended, type LogEntry, type SharedLog, trimmed } from '../engine.ts';
import { ATTEMPTS, answered, CODES, hasCode, isFull, PAUSE_MS, publish, toUnanswered } from './answers.ts';

export interface NatsLogOptions {
  readonly stream: string;
  /** The only subject of the stream. */
  readonly subject: string;
  readonly connection: NatsConnection;
  readonly manager: JetStreamManager;
  readonly client: JetStreamClient;
  /** The connection of readers that follow the log. */
  readonly tail: TailAccess;
}

export interface TailAccess {
  /** A connection whose requests do not wait for long. */
  readonly client: JetStreamClient;
  readonly reconnected$: Observable<unknown>;
  /** Whether the connection is closed for good. */
  readonly isClosed: () => boolean;
}

/** How many entries are requested at a time, and for how long, milliseconds. */
const BATCH = 500;
const BATCH_MS = 5_000;

/** How long the servers wait for entries of a followed log, and how often they send a heartbeat in between: two missing ones count as a loss. */
const FOLLOW_MS = { expires: 1_000, idle_heartbeat: 500 };
const RETRY_MS = 100;

/** A log that is a JetStream stream. Reads by sequence come from the stream's leader. */
export class NatsLog implements SharedLog {
  readonly #options: NatsLogOptions;

  constructor(options: NatsLogOptions) {
    this.#options = options;
  }

  append(bytes: Uint8Array, after?: number): Promise<Appended> {
    const { client, subject } = this.#options;
    const expect = after === undefined ? {} : { expect: { lastSequence: after } };
    const request = publish(client, subject, bytes, expect).then(
      ({ seq }): Appended => ({ kind: 'appended', sequence: seq }),
      (error: unknown): Appended => {
        if (hasCode(error, CODES.wrongLastSequence, CODES.wrongLastSequenceConstant))
          return { kind: 'refused' };
        if (isFull(error)) return { kind: 'full', reason: `the cluster takes no more: ${error.message}` };
        throw error;
      },
    );
    return answered(request);
  }

  post(bytes: Uint8Array): void {
    const { connection, subject } = this.#options;
    if (!connection.isClosed()) connection.publish(subject, bytes);
  }

  async read(sequence: number): Promise<LogEntry | undefined> {
    const { manager, stream } = this.#options;
    const message = await answered(manager.streams.getMessage(stream, { seq: sequence }));
    return message ? { sequence: message.seq, bytes: message.data } : undefined;
  }

  async range(): Promise<{ readonly first: number; readonly last: number }> {
    const { manager, stream } = this.#options;
    const { state } = await answered(manager.streams.info(stream));
    // A stream that never had an entry reports 0 for both.
    return { first: Math.max(state.first_seq, 1), last: state.last_seq };
  }

  async isGone(): Promise<boolean> {
    const { manager, stream } = this.#options;
    try {
      await manager.streams.info(stream);
      return false;
    } catch (error) {
      if (hasCode(error, CODES.streamNotFound)) return true;
      throw toUnanswered(error);
    }
  }

  async *entries(first: number, last: number): AsyncIterable<LogEntry> {
    if (first > last) return;
    const { client, stream } = this.#options;
    const options = { deliver_policy: DeliverPolicy.StartSequence, opt_start_seq: first };
    const consumer = await answered(client.consumers.get(stream, options));
    try {
      let next = first;
      for (let attempt = 1; next <= last; attempt++) {
        const before = next;
        try {
          for await (const message of await consumer.fetch({ max_messages: BATCH, expires: BATCH_MS })) {
            if (message.seq > last) return;
            yield { sequence: message.seq, bytes: message.data };
            next = message.seq + 1;
            if (next > last) return;
          }
        } catch (error) {
          if (!isNotThereYet(error) || attempt === ATTEMPTS) throw error;
          await wait(PAUSE_MS);
          continue;
        }
        if (next === before) throw new Error(`entry ${next} of a log did not arrive`);
      }
    } catch (error) {
      throw toUnanswered(error);
    } finally {
      await consumer.delete().catch(() => undefined); // If this fails, the servers remove the consumer after some minutes.
    }
  }

  follow$(first: number): Observable<LogEntry> {
    return new Observable((observer) => {
      void this.#follow(first, observer);
    });
  }

  /** A consumer of the library waits for its server to return, however long that takes; so it is replaced as soon as it is silent. */
  async #follow(first: number, observer: Subscriber<LogEntry>): Promise<void> {
    const { tail } = this.#options;
    let next = first;
    const take = (entry: LogEntry) => {
      if (entry.sequence > next) observer.error(trimmed(next));
      if (entry.sequence !== next) return;
      next++;
      observer.next(entry);
    };
    while (!observer.closed && !tail.isClosed()) {
      try {
        const messages = await this.#consume(next, take);
        const consuming = new Subscription(() => messages.stop());
        observer.add(consuming);
        consuming.add(tail.reconnected$.subscribe(() => consuming.unsubscribe()));
        await untilSilent(messages);
        consuming.unsubscribe();
      } catch {
        await wait(RETRY_MS); // No server answers now.
      }
    }
  }

  async #consume(first: number, take: (entry: LogEntry) => void): Promise<ConsumerMessages> {
    const { tail, stream } = this.#options;
    const consumer = await tail.client.consumers.get(stream, {
      deliver_policy: DeliverPolicy.StartSequence,
      opt_start_seq: first,
    });
    return consumer.consume({
      callback: (message) => take({ sequence: message.seq, bytes: message.data }),
      max_messages: BATCH,
      ...FOLLOW_MS,
    });
  }

  async trim(first: number): Promise<void> {
    const { manager, stream } = this.#options;
    await answered(manager.streams.purge(stream, { seq: first }));
  }
}

/** Servers may not know yet of a consumer that was created a moment ago. */
function isNotThereYet(error: unknown): boolean {
  return error instanceof Error && error.message === 'no responders';
}

/** Resolves when the servers are silent, or the consumer was stopped. */
async function untilSilent(messages: ConsumerMessages): Promise<void> {
  for await (const { type } of messages.status()) if (type === 'heartbeats_missed') return;
}
