import type { Logger } from 'pino';
import { HubError, quote, toHubError } from '../../core/error.ts';
import type { Hub } from '../../core/hub.ts';
import { PLAIN_TERMS } from '../../core/subscription.ts';
import type { ClientEvents, ConnectedClient } from '../client-events.ts';
import type { Inspection } from '../inspector/inspection.ts';
import type { Inspections } from '../inspector/inspections.ts';
import { parseInspection } from '../inspector/request.ts';
import { abbreviate } from '../traces.ts';
import type { Connection, Outbound, SocketIoCounters } from './connection.ts';
import {
  argumentsOf,
  EVENTS,
  type EventLimits,
  isEventName,
  parseFilters,
  parsePublish,
  parseSubscribe,
} from './event.ts';
import { EventRate } from './event-rate.ts';
import { type Answer, AnswerWanted } from './packets.ts';

/** A client with this many times `bufferedBytes` unread does not even read the answers to its own events. */
const DEAF_FACTOR = 4;

/** An inspector gets no further frame while more than this is unread, bytes. */
const INSPECTED_BYTES = 64 * 2 ** 10;

/** The services that all conversations share. */
export interface Services {
  readonly hub: Hub;
  readonly outbound: Outbound;
  readonly counters: SocketIoCounters;
  readonly limits: EventLimits & {
    readonly eventsPerSecond: number;
    readonly bufferedBytes: number;
    readonly stuckSeconds: number;
  };
  readonly events: ClientEvents;
  readonly inspections: Inspections;
  readonly log: Logger;
}

/** An authenticated client. */
export interface Client extends ConnectedClient {
  readonly protocol: 'socket.io';
  readonly connection: Connection;
}

/** Answers an event. */
interface Reply {
  readonly succeed: (answer: Answer) => void;
  readonly fail: (reason: unknown) => void;
}

/** Handles a client's events. */
export class Conversation {
  readonly rate: EventRate;
  readonly #client: Client;
  readonly #services: Services;
  #inspection: Inspection | undefined;

  constructor(client: Client, services: Services) {
    const { connection } = client;
    this.#client = client;
    this.#services = services;
    this.rate = new EventRate({
      eventsPerSecond: services.limits.eventsPerSecond,
      pause: () => connection.pause(),
      resume: () => connection.resume(),
    });
  }

  /** Handles an event, unless the client was disconnected meanwhile. */
  receive(event: string, args: unknown[]): void {
    const { connection } = this.#client;
    if (!connection.isOpen) return;
    this.rate.count();
    if (connection.bufferedBytes > DEAF_FACTOR * this.#services.limits.bufferedBytes) {
      this.#cutOff();
      return;
    }
    const reply = this.#replyTo(event, args);
    if (this.#services.events.traces.isActive)
      connection.trace('in', event.slice(0, 64), describeEvent(args));
    try {
      this.#handle(event, args, reply);
    } catch (thrown) {
      reply.fail(thrown);
    }
  }

  /** Called when the client has disconnected. */
  end(): void {
    this.rate.close();
    this.#stopInspecting();
  }

  #cutOff(): void {
    const { connection } = this.#client;
    const { bufferedBytes } = connection;
    this.#services.counters.refused++;
    this.#services.log.debug({ bufferedBytes }, 'client sends but does not read; disconnected');
    connection.cutOff();
  }

  /** Removes the acknowledgement from the arguments. It is the last argument if the client wants an answer. */
  #replyTo(event: string, args: unknown[]): Reply {
    const last = args.at(-1);
    const id = last instanceof AnswerWanted ? last.id : undefined;
    if (id !== undefined) args.pop();
    const { connection } = this.#client;
    const acknowledge = (answer: Answer) => {
      if (id === undefined || !connection.isOpen) return;
      if (this.#services.events.traces.isActive)
        connection.trace('out', 'answer', describeAnswer(event, answer));
      connection.answer(id, answer);
    };
    return {
      succeed: (answer) => acknowledge({ ok: true, ...answer }),
      fail: (reason) => acknowledge(this.#refuse(event, reason)),
    };
  }

  #refuse(event: string, thrown: unknown): Answer {
    const error = toHubError(thrown);
    const { counters, log, events } = this.#services;
    counters.refused++;
    const { address, principal, session } = this.#client;
    const who = { client: session.clientIdentifier, user: principal.name };
    events.refused$.next({ protocol: 'socket.io', address, ...who, error });
    log.debug({ event, error: error.toJSON() }, 'event refused');
    if (error.code === 'internal') log.error({ event, err: thrown }, 'event failed');
    return { ok: false, error: error.toJSON() };
  }

  #handle(event: string, args: readonly unknown[], reply: Reply): void {
    if (!isEventName(event)) {
      const known = Object.keys(EVENTS).join(', ');
      throw new HubError('event/unknown', `there is no event ${quote(event)}; there are ${known}`);
    }
    if (event === 'publish') this.#publish(args, reply);
    else if (event === 'subscribe') this.#subscribe(args, reply);
    else if (event === 'unsubscribe') this.#unsubscribe(args, reply);
    else if (event === 'whoami') reply.succeed(describe(this.#client));
    else if (event === 'inspect') this.#inspect(args, reply);
    else this.#ping(reply);
  }

  /** Acknowledges once everything that the message has changed is stored. */
  #publish(args: readonly unknown[], { succeed, fail }: Reply): void {
    const { counters, limits, hub } = this.#services;
    const { journal } = hub;
    const { position } = journal;
    counters.received++;
    const receivers = this.#client.session.publish(parsePublish(args, limits, hub.now()));
    const hasChanged = journal.position !== position;
    journal.whenSafe(hasChanged ? journal.position : 0, (failure) => {
      if (failure) fail(failure);
      else succeed({ receivers });
    });
  }

  /**
   * Acknowledges right before the retained messages, so that the client knows which subscription they belong to. The acknowledgement need not wait for the
   * store: the session ends with its connection.
   */
  #subscribe(args: readonly unknown[], { succeed }: Reply): void {
    const { session, connection } = this.#client;
    const { limits, outbound, events } = this.#services;
    const { filters, noLocal } = parseSubscribe(args, limits);
    session.subscribeAll(filters, { ...PLAIN_TERMS, noLocal }, () => {
      outbound.flush([connection]); // Messages that are due go before the acknowledgement.
      succeed({ filters: filters.map(({ filter }) => filter) });
    });
    for (const { filter } of filters) events.subscribed$.next({ client: this.#client, filter, qos: 0 });
  }

  /** Answers after everything that is due: a client that has subscribed and then gets this answer has what was retained. */
  #ping({ succeed }: Reply): void {
    const { connection } = this.#client;
    this.#services.outbound.flush([connection]);
    succeed({});
  }

  /** Begins or changes an inspection. The rows in sight follow as `inspected` events until the client ends the inspection. */
  #inspect(args: readonly unknown[], { succeed }: Reply): void {
    const { connection, session } = this.#client;
    const { inspections, limits } = this.#services;
    const request = parseInspection(argumentsOf(1, 'inspect', args)[0], limits.topicLevels);
    this.#inspection ??= inspections.begin({
      owner: session.owner,
      get rights() {
        return session.rights;
      },
      get isBehind() {
        return connection.isBehind(INSPECTED_BYTES);
      },
      send: (frame) => connection.sendEvent('inspected', frame),
    });
    if (request) this.#inspection.ask(request);
    else this.#stopInspecting();
    succeed({});
  }

  #stopInspecting(): void {
    this.#inspection?.end();
    this.#inspection = undefined;
  }

  #unsubscribe(args: readonly unknown[], { succeed }: Reply): void {
    const client = this.#client;
    const { limits, events } = this.#services;
    const filters = parseFilters('unsubscribe', args, limits).map(({ filter }) => filter);
    const ended = filters.filter((filter) => client.session.unsubscribe(filter));
    succeed({ filters: ended });
    for (const filter of ended) events.unsubscribed$.next({ client, filter });
  }
}

/** The arguments of an event as a trace shows them: a topic or filters, and the beginning of a payload. */
function describeEvent([first, payload]: readonly unknown[]): Readonly<Record<string, unknown>> {
  const isPayload = typeof payload === 'string' || payload instanceof Uint8Array;
  return { ...(first !== undefined && { argument: quote(first) }), ...(isPayload && abbreviate(payload)) };
}

function describeAnswer(event: string, { ok, error }: Answer): Readonly<Record<string, unknown>> {
  return { to: event.slice(0, 64), ok, ...(error !== undefined && { error }) };
}

/** The client's identity and permissions. A change of these disconnects the client, which has to connect again. */
function describe({ principal: { name, role, how }, session }: Client): Answer {
  return { name, role, how, may: session.rights.permissions };
}
