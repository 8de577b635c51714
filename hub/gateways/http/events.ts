import { randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { type Request, type Response, Router } from 'express';
import { asyncScheduler, type SchedulerLike, type Subscription as Timer } from 'rxjs';
import type { Access, Principal } from '../../access/access.ts';
import { HubError } from '../../core/error.ts';
import type { TopicFilter } from '../../core/filter.ts';
import { PLAIN_TERMS } from '../../core/subscription.ts';
import { networkOf } from '../../limits/network.ts';
import { StuckDetector } from '../../limits/outlet.ts';
import type { Sessions } from '../../session/sessions.ts';
import { ClientEvents, type ConnectedClient } from '../client-events.ts';
import { EventStream } from './event-stream.ts';
import type { Exposure } from './exposure.ts';
import type { HttpCounters } from './requests.ts';
import { parsePlainFilter } from './retained-pages.ts';
import { beginEventStream } from './sse.ts';
import type { Identify, Visitor } from './visitor.ts';

/** How long a client may stay away and still get what it missed, milliseconds. Browsers come back after `RETRY_MS`. */
const AWAY_MS = 30_000;
const RETRY_MS = 1_000;

/** How many streams may wait for their clients; beyond that, the one that has waited longest is dropped. */
const MAX_AWAY = 100;

/** How often a quiet stream sends a comment, and the hub looks for clients that do not read, milliseconds. Proxies close streams after 30 s of silence or more. */
const BEAT_MS = 15_000;

export interface EventsOptions {
  readonly sessions: Sessions;
  readonly access: Access;
  readonly exposure: Exposure;
  readonly limits: {
    readonly topicLevels: number;
    readonly filtersAtOnce: number;
    /** A client's buffer is full once it has more unsent bytes than this. */
    readonly bufferedBytes: number;
    /** How long a client may read nothing while its buffer is full, seconds. */
    readonly stuckSeconds: number;
  };
  readonly counters: HttpCounters;
  /** The hub's clock, milliseconds. */
  readonly now: () => number;
  /** Default: real time. */
  readonly scheduler?: SchedulerLike;
  /** Receives the events of clients. Default: nobody does. */
  readonly events?: ClientEvents;
}

/** A stream, and whose it is. */
interface Client extends ConnectedClient {
  readonly protocol: 'http';
  readonly stream: EventStream;
  readonly filters: readonly TopicFilter[];
  readonly stuck: StuckDetector;
  /** Ends the stream of a client that does not come back. */
  away: Timer | undefined;
}

/**
 * REST: `GET /events?filter=…` answers with server-sent events, first what is retained, then what is published. A client that comes back with
 * `Last-Event-ID` gets what it missed, or `missed` if that is forgotten.
 */
export class EventStreams {
  readonly #options: EventsOptions;
  readonly #scheduler: SchedulerLike;
  readonly #clients = new Map<string, Client>();
  #beat: Timer | undefined;

  constructor(options: EventsOptions) {
    this.#options = options;
    this.#scheduler = options.scheduler ?? asyncScheduler;
  }

  /** Mount it under `/api`. */
  createRouter(identify: Identify): Router {
    const router = Router();
    router.get('/events', async (request, response) => {
      const visitor = await identify(request);
      const filters = this.#parseFilters(request);
      if (response.destroyed || this.#resume(request, response, visitor, filters)) return;
      this.#open(request, response, visitor, filters);
    });
    return router;
  }

  get clients(): Iterable<ConnectedClient> {
    return this.#clients.values();
  }

  *holders(): Iterable<EventStream> {
    for (const { stream } of this.#clients.values()) yield stream;
  }

  /** Continues a stream after the last event that the client has seen. Returns false if there is nothing to continue. */
  #resume(request: Request, response: Response, visitor: Visitor, filters: readonly TopicFilter[]): boolean {
    const [, name = '', number = ''] = LAST_EVENT.exec(request.get('Last-Event-ID') ?? '') ?? [];
    const client = this.#clients.get(name);
    if (!client || !isSame(client, visitor, filters)) return false;
    if (!client.stream.remembers(Number(number))) {
      client.stream.cutOff();
      return false;
    }
    client.away?.unsubscribe();
    begin(response);
    client.stream.attach(response, Number(number));
    client.session.resume();
    return true;
  }

  #open(request: Request, response: Response, visitor: Visitor, filters: readonly TopicFilter[]): void {
    const { access, sessions, exposure, events = new ClientEvents(), now, counters } = this.#options;
    const name = randomUUID();
    const clientIdentifier = `http-${name}`;
    const { principal } = visitor;
    const { session } = sessions.open({
      clientIdentifier,
      cleanStart: true,
      expirySeconds: 0,
      owner: { ...principal, rights: access.rightsOf(principal, clientIdentifier) },
    });
    const address = exposure.addressOf(request);
    const stream = new EventStream({
      name,
      network: networkOf(address),
      now,
      counters,
      traces: events.traces,
      clientIdentifier,
      onDrain: () => {
        client.stuck.drained();
        session.resume();
      },
      onLeft: () => this.#awaitReturn(client),
      onEnded: () => this.#end(client),
    });
    const stuck = new StuckDetector(this.#options.limits.stuckSeconds);
    const client: Client = {
      protocol: 'http',
      principal,
      address,
      connectedAt: now(),
      session,
      stream,
      filters,
      stuck,
      away: undefined,
    };
    session.attach(stream);
    try {
      session.subscribeAll(filters, PLAIN_TERMS, () => {
        begin(response);
        stream.attach(response, 0);
        if (request.get('Last-Event-ID') !== undefined) stream.sendEvent('missed', {});
        stream.sendEvent('subscribed', { filters: filters.map(({ filter }) => filter) });
      });
    } catch (error) {
      sessions.leave(session, stream, { publishWill: false });
      throw error;
    }
    this.#clients.set(name, client);
    counters.streams++;
    events.connected$.next(client);
    for (const { filter } of filters) events.subscribed$.next({ client, filter, qos: 0 });
    this.#beat ??= this.#scheduler.schedule(() => this.#onBeat(), BEAT_MS);
  }

  #awaitReturn(client: Client): void {
    client.stuck.drained();
    this.#clients.delete(client.stream.name); // Behind all others that have been away for longer.
    this.#clients.set(client.stream.name, client);
    client.away = this.#scheduler.schedule(() => client.stream.cutOff(), AWAY_MS);
    const away = [...this.#clients.values()].filter(({ stream }) => !stream.isOpen);
    if (away.length > MAX_AWAY) away[0]?.stream.cutOff();
  }

  #end(client: Client): void {
    const { sessions, events, counters } = this.#options;
    if (!this.#clients.delete(client.stream.name)) return;
    counters.streams--;
    client.away?.unsubscribe();
    sessions.leave(client.session, client.stream, { publishWill: false });
    events?.disconnected$.next(client);
  }

  #onBeat(): void {
    const { now, limits } = this.#options;
    for (const { stream, stuck } of this.#clients.values()) {
      if (stuck.check(now(), stream.bufferedBytes > limits.bufferedBytes)) stream.cutOff();
      else stream.beat();
    }
    const isNeeded = this.#clients.size > 0;
    this.#beat = isNeeded ? this.#scheduler.schedule(() => this.#onBeat(), BEAT_MS) : undefined;
  }

  #parseFilters({ query: { filter = [] } }: Request): readonly TopicFilter[] {
    const { topicLevels, filtersAtOnce } = this.#options.limits;
    const given: unknown[] = Array.isArray(filter) ? filter : [filter];
    if (given.length === 0 || given.length > filtersAtOnce)
      throw new HubError(
        'option/invalid',
        `events need one to ${filtersAtOnce} filters, as in ?filter=led/%23, not ${given.length}`,
      );
    return given.map((one) => parsePlainFilter(one, topicLevels));
  }
}

/** `<stream>.<number>`, as `EventStream` writes it. */
const LAST_EVENT = /^([\w-]{36})\.(\d{1,15})$/;

function begin(response: ServerResponse): void {
  beginEventStream(response);
  response.write(`retry: ${RETRY_MS}\n\n`);
}

function isSame(client: Client, { principal }: Visitor, filters: readonly TopicFilter[]): boolean {
  const names = (list: readonly TopicFilter[]) => list.map(({ filter }) => filter).join('\0');
  return isSamePrincipal(client.principal, principal) && names(client.filters) === names(filters);
}

function isSamePrincipal(one: Principal, other: Principal): boolean {
  return one.name === other.name && one.credentialIds.join() === other.credentialIds.join();
}
