import type { Logger } from 'pino';
import type { Principal } from '../../access/access.ts';
import { HubError, quote, toHubError } from '../../core/error.ts';
import type { TopicFilter } from '../../core/filter.ts';
import type { Hub } from '../../core/hub.ts';
import { PLAIN_TERMS, type Terms } from '../../core/subscription.ts';
import type { Session } from '../../session/session.ts';
import type { Connection, Outlet } from './connection.ts';
import {
  EVENTS,
  type EventLimits,
  isEventName,
  parsePublish,
  parseSubscribe,
  parseUnsubscribe,
} from './event.ts';
import { EventRate } from './event-rate.ts';
import type { SocketIoCounters } from './outbound.ts';
import { type Answer, AnswerWanted } from './packets.ts';

/** A client for which this many times `bufferedBytes` wait does not even read the answers to its own events. */
const DEAF_FACTOR = 4;

/** What all conversations share. */
export interface Services {
  readonly hub: Hub;
  readonly outlet: Outlet;
  readonly counters: SocketIoCounters;
  readonly limits: EventLimits & { readonly eventsPerSecond: number; readonly bufferedBytes: number };
  readonly log: Logger;
}

/** A client that was let in. */
export interface Client {
  readonly principal: Principal;
  readonly session: Session;
  readonly connection: Connection;
}

/** How an event is answered once it has succeeded. */
interface Answers {
  readonly now: (answer: Answer) => void;
  /** Once everything that the event has changed is stored. Call it before another event can change anything. */
  readonly whenSafe: (answer: Answer) => void;
}

/** Handles a client's events. */
export class Conversation {
  readonly rate: EventRate;
  readonly #client: Client;
  readonly #services: Services;

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

  /** Takes an event, unless the client was cut off meanwhile. */
  hear(event: string, args: unknown[]): void {
    if (!this.#client.connection.isOpen) return;
    this.rate.count();
    this.#answer(event, args);
  }

  #answer(event: string, args: unknown[]): void {
    if (this.#isDeaf) {
      this.#cutOff();
      return;
    }
    const acknowledge = this.#takeAcknowledgement(args);
    // Counted even if the client wants no answer.
    const refuse = (reason: unknown) => acknowledge(this.#refuse(event, reason));
    const answers = this.#answersBy(acknowledge, refuse);
    try {
      this.#handle(event, args, answers);
    } catch (thrown) {
      refuse(thrown);
    }
  }

  /** How to answer an event. A client that wants an answer says so with the last argument. */
  #takeAcknowledgement(args: unknown[]): (answer: Answer) => void {
    const last = args.at(-1);
    if (!(last instanceof AnswerWanted)) return () => undefined;
    args.pop();
    const { connection } = this.#client;
    return (answer) => {
      if (connection.isOpen) connection.answer(last.id, answer);
    };
  }

  #answersBy(acknowledge: (answer: Answer) => void, refuse: (reason: unknown) => void): Answers {
    const { journal } = this.#services.hub;
    const { position } = journal;
    const now = (answer: Answer) => acknowledge({ ok: true, ...answer });
    const whenSafe = (answer: Answer) => {
      const isKept = journal.position !== position;
      journal.whenSafe(isKept ? journal.position : 0, (failure) => {
        if (failure) refuse(failure);
        else now(answer);
      });
    };
    return { now, whenSafe };
  }

  #refuse(event: string, thrown: unknown): Answer {
    const error = toHubError(thrown);
    const { counters, log } = this.#services;
    counters.refused++;
    log.debug({ event, error: error.toJSON() }, 'event refused');
    if (error.code === 'internal') log.error({ event, err: thrown }, 'event failed');
    return { ok: false, error: error.toJSON() };
  }

  get #isDeaf(): boolean {
    const { connection } = this.#client;
    return connection.bufferedBytes > DEAF_FACTOR * this.#services.limits.bufferedBytes;
  }

  #cutOff(): void {
    const { connection } = this.#client;
    const { bufferedBytes } = connection;
    this.#services.counters.refused++;
    this.#services.log.debug({ bufferedBytes }, 'client asks but does not read; cut off');
    connection.cutOff();
  }

  #handle(event: string, args: readonly unknown[], answers: Answers): void {
    if (!isEventName(event)) {
      const known = Object.keys(EVENTS).join(', ');
      throw new HubError('event/unknown', `there is no event ${quote(event)}; there are ${known}`);
    }
    if (event === 'publish') this.#publish(args, answers);
    else if (event === 'subscribe') this.#subscribe(args, answers);
    else if (event === 'unsubscribe') this.#unsubscribe(args, answers);
    else if (event === 'whoami') answers.now(describe(this.#client));
    else answers.now({});
  }

  #publish(args: readonly unknown[], { whenSafe }: Answers): void {
    const { counters, limits } = this.#services;
    counters.received++;
    whenSafe({ receivers: this.#client.session.publish(parsePublish(args, limits)) });
  }

  /**
   * Acknowledges right before the retained messages, so that the client knows to which subscription they belong. It need not wait for the
   * store: the session ends with its connection.
   */
  #subscribe(args: readonly unknown[], { now }: Answers): void {
    const { session, connection } = this.#client;
    const { limits, outlet } = this.#services;
    const { filters, noLocal } = parseSubscribe(args, limits);
    const terms = { ...PLAIN_TERMS, noLocal };
    const accepted = filters.map(({ filter }) => filter);
    subscribeAll(session, filters, terms, () => {
      outlet.flush(connection); // What is due goes before the acknowledgement, not after it.
      now({ filters: accepted });
    });
  }

  #unsubscribe(args: readonly unknown[], { now }: Answers): void {
    const { session } = this.#client;
    const filters = parseUnsubscribe(args, this.#services.limits).map(({ filter }) => filter);
    now({ filters: filters.filter((filter) => session.unsubscribe(filter)) });
  }
}

/** Begins all of these subscriptions, or none of them. */
function subscribeAll(
  session: Session,
  filters: readonly TopicFilter[],
  terms: Terms,
  begin: () => void,
): void {
  const made: ReturnType<Session['subscribe']>[] = [];
  try {
    for (const filter of filters) made.push(session.subscribe(filter, terms));
    session.replay(
      made.map(({ subscription }) => subscription),
      begin,
    );
  } catch (error) {
    for (const { subscription, isNew } of made) if (isNew) session.unsubscribe(subscription.filter.filter);
    throw error;
  }
}

/** Who the client is, and what it may do. If that changes, the client is disconnected and has to connect again. */
function describe({ principal: { name, role, how }, session }: Client): Answer {
  return { name, role, how, may: session.rights.permissions };
}
