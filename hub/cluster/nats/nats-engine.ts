import { setTimeout as wait } from 'node:timers/promises';
import {
  DiscardPolicy,
  type JetStreamClient,
  type JetStreamManager,
  jetstream,
  jetstreamManager,
  StorageType,
  type StreamConfig,
} from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { BehaviorSubject, filter, NEVER, Observable, Subscription, skip } from 'rxjs';
import type { CellValue, Engine, SharedLog } from '../engine.ts';
import { answered, CODES, hasCode, isTimeout, publish, toUnanswered } from './answers.ts';
import { connect, type NatsOptions } from './connect.ts';
import { ConnectionEnds } from './connection-ends.ts';
import { NatsLog, type TailAccess } from './nats-log.ts';

export interface NatsEngineOptions extends NatsOptions {
  /** Separates clusters of hubs that share servers: letters, digits and hyphens. */
  readonly cluster: string;
  /** A file like `credentials`, for a user of the system account, which learns of connections that end. */
  readonly systemCredentials?: string | undefined;
}

/** The size of a message without its content, bytes: NATS counts headers too. */
const HEADER_BYTES = 256;

/**
 * How long to wait for an answer, milliseconds. A request that reaches servers during an election is never answered, so a caller that waits long for it starts late
 * after the election.
 */
const REQUEST_MS = 1_500;
const APPEND_MS = 2_500;
const TAIL_MS = 1_000;

/** How long the last casts may take to reach the servers, milliseconds. */
const FLUSH_MS = 500;
/** How long to wait before a stream is looked up again, milliseconds, and how often. */
const MAKE_MS = 1_000;
const MAKE_ATTEMPTS = 5;

/** How many servers of a cluster keep a copy of everything. */
const REPLICAS = 3;

const ignore = () => undefined;

/** Connects to the servers. Rejects with `store/unavailable`, also if they are too old or have no JetStream, and with `option/invalid`. */
export async function openNatsEngine(options: NatsEngineOptions): Promise<Engine> {
  const { cluster, systemCredentials } = options;
  const connection = await connect(options);
  try {
    const manager = await jetstreamManager(connection, { checkAPI: false, timeout: REQUEST_MS });
    const maker = await jetstreamManager(connection, { checkAPI: false, timeout: MAKE_MS });
    const ends = systemCredentials === undefined ? undefined : await openEnds(options, systemCredentials);
    return new NatsEngine({ cluster, connection, manager, maker, ends });
  } catch (error) {
    await connection.close();
    throw error;
  }
}

async function openEnds(options: NatsEngineOptions, credentials: string): Promise<ConnectionEnds> {
  const name = `${options.name}, listening to the servers`;
  return new ConnectionEnds(await connect({ ...options, name, credentials, needsJetStream: false }));
}

interface Opened {
  readonly cluster: string;
  readonly connection: NatsConnection;
  readonly manager: JetStreamManager;
  readonly maker: JetStreamManager;
  readonly ends: ConnectionEnds | undefined;
}

class NatsEngine implements Engine {
  readonly maxEntryBytes: number;
  readonly reachable$ = new BehaviorSubject(true);
  readonly #prefix: string;
  readonly #cluster: string;
  readonly #connection: NatsConnection;
  readonly #manager: JetStreamManager;
  /** A connection whose requests do not wait for long. */
  readonly #maker: JetStreamManager;
  readonly #client: JetStreamClient;
  readonly #tail: TailAccess;
  readonly #ends: ConnectionEnds | undefined;
  #cells: Promise<string> | undefined;

  constructor({ cluster, connection, manager, maker, ends }: Opened) {
    this.#ends = ends;
    this.#cluster = cluster;
    this.#prefix = `ph.${cluster}`;
    this.#connection = connection;
    this.#manager = manager;
    this.#maker = maker;
    this.#client = jetstream(connection, { timeout: APPEND_MS });
    this.#tail = {
      client: jetstream(connection, { timeout: TAIL_MS }),
      reconnected$: this.reachable$.pipe(skip(1), filter(Boolean)),
      isClosed: () => connection.isClosed(),
    };
    this.maxEntryBytes = (connection.info?.max_payload ?? 2 ** 20) - HEADER_BYTES;
    void this.#follow();
  }

  async log(name: string): Promise<SharedLog> {
    const subject = `${this.#prefix}.l.${name}`;
    const stream = await this.#stream({ name: `ph_${this.#cluster}_l_${name}`, subjects: [subject] });
    return new NatsLog({
      stream,
      subject,
      connection: this.#connection,
      manager: this.#manager,
      client: this.#client,
      tail: this.#tail,
    });
  }

  async cell(key: string): Promise<CellValue | undefined> {
    const stream = await this.#cellStream();
    const request = this.#manager.streams.getMessage(stream, { last_by_subj: this.#cellSubject(key) });
    const message = await answered(request);
    return message ? { text: message.string(), revision: message.seq } : undefined;
  }

  async setCell(key: string, text: string, revision: number): Promise<boolean> {
    await this.#cellStream();
    const expect = { lastSubjectSequence: revision };
    const request = publish(this.#client, this.#cellSubject(key), text, { expect }).then(
      () => true,
      (error: unknown) => {
        if (hasCode(error, CODES.wrongLastSequence, CODES.wrongLastSequenceConstant)) return false;
        throw error;
      },
    );
    return answered(request);
  }

  cast(channel: string, bytes: Uint8Array): void {
    if (!this.#connection.isClosed()) this.#connection.publish(this.#castSubject(channel), bytes);
  }

  received$(channel: string): Observable<Uint8Array> {
    return new Observable((observer) => {
      const subscription = this.#connection.subscribe(this.#castSubject(channel), {
        callback: (error, message) =>
          error ? observer.error(toUnanswered(error)) : observer.next(message.data),
      });
      return () => subscription.unsubscribe();
    });
  }

  async ask(channel: string, bytes: Uint8Array, withinMs: number): Promise<Uint8Array> {
    const request = this.#connection.request(this.#questionSubject(channel), bytes, { timeout: withinMs });
    return (await answered(request)).data;
  }

  answer(channel: string, handler: (bytes: Uint8Array) => Promise<Uint8Array>): Subscription {
    const subscription = this.#connection.subscribe(this.#questionSubject(channel), {
      callback: (error, message) => {
        if (!error)
          handler(message.data)
            .then((bytes) => message.respond(bytes))
            .catch(ignore);
      },
    });
    return new Subscription(() => subscription.unsubscribe());
  }

  get gone$(): Observable<string> {
    return this.#ends?.names$ ?? NEVER;
  }

  /** Casts may be lost if the servers do not answer: without a limit, a flush would wait for them to return. */
  async close(): Promise<void> {
    const isReachable = this.reachable$.value && !this.#connection.isClosed();
    this.reachable$.complete();
    await this.#ends?.close();
    if (isReachable) await Promise.race([this.#connection.flush().catch(ignore), wait(FLUSH_MS)]);
    await this.#connection.close();
  }

  async #follow(): Promise<void> {
    for await (const { type } of this.#connection.status()) {
      if (type === 'disconnect' || type === 'close') this.reachable$.next(false);
      if (type === 'reconnect') this.reachable$.next(true);
    }
  }

  /** Cells are a bucket of NATS's key-value store, which its tools can show; but they are read from the leader alone. */
  #cellStream(): Promise<string> {
    const name = `KV_${this.#bucket}`;
    const subjects = [`$KV.${this.#bucket}.>`];
    this.#cells ??= this.#stream({ name, subjects, max_msgs_per_subject: 1, deny_delete: true }).catch(
      (error: unknown) => {
        this.#cells = undefined;
        throw error;
      },
    );
    return this.#cells;
  }

  get #bucket(): string {
    return `ph_${this.#cluster}_hubs`;
  }

  #cellSubject(key: string): string {
    return `$KV.${this.#bucket}.${key}`;
  }

  #castSubject(channel: string): string {
    return `${this.#prefix}.h.${channel}`;
  }

  #questionSubject(channel: string): string {
    return `${this.#prefix}.a.${channel}`;
  }

  /**
   * Creates a stream if there is none; resolves to its name. A cluster of servers keeps it on three of them. If two processes create the same one at once, the
   * servers may answer only one of them: the other looks it up again.
   */
  async #stream(config: Partial<StreamConfig> & { readonly name: string }): Promise<string> {
    for (let attempt = 1; ; attempt++) {
      try {
        await this.#findOrMake(config);
        return config.name;
      } catch (error) {
        if (!isTimeout(error) || attempt === MAKE_ATTEMPTS) throw toUnanswered(error);
      }
    }
  }

  async #findOrMake(config: Partial<StreamConfig> & { readonly name: string }): Promise<void> {
    const { streams } = this.#maker;
    const replicas = this.#connection.info?.cluster === undefined ? 1 : REPLICAS;
    const storage = { storage: StorageType.File, num_replicas: replicas, discard: DiscardPolicy.New };
    try {
      await streams.info(config.name);
    } catch (error) {
      if (!hasCode(error, CODES.streamNotFound)) throw error;
      await streams.add({ ...config, ...storage, allow_direct: false });
    }
  }
}
