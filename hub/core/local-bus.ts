import { Observable, ReplaySubject, takeUntil } from 'rxjs';
import type { Bus, BusMessage, MessagesOptions, PublishOptions } from './bus.ts';
import { HubError } from './error.ts';
import { parseTopicFilter } from './filter.ts';
import type { Hub } from './hub.ts';
import { Message } from './message.ts';
import { HUB_ITSELF, type Publisher, type Subscriber } from './subscription.ts';
import { parseTopicName } from './topic.ts';

export interface LocalBus extends Bus {
  /** Completes all that was subscribed; `publish` rejects from then on. */
  close(): void;
}

/** A bus within the hub's own process. Every bus is a publisher of its own, which is what `noLocal` leaves out. */
export function createLocalBus(hub: Hub): LocalBus {
  const closed$ = new ReplaySubject<void>(1);
  let isClosed = false;
  const publisher: Publisher = { owner: HUB_ITSELF };

  const observe = (filters: readonly string[], { noLocal = false }: MessagesOptions) =>
    new Observable<BusMessage>((observer) => {
      const parsed = filters.map((filter) => parseTopicFilter(filter));
      /** Messages that are published while the observer still receives the retained ones; the observer itself may publish them. */
      const held: Message[] = [];
      let isHeld = true;
      const subscriber: Subscriber = {
        deliver: (message, _terms, from) => {
          if (noLocal && from === publisher) return false;
          if (isHeld) held.push(message);
          else observer.next(toBusMessage(message, false));
          return true;
        },
      };
      const subscriptions = parsed.map((filter) => hub.subscribe(subscriber, filter));
      observer.add(() => {
        for (const subscription of subscriptions) hub.unsubscribe(subscription);
      });
      const waiting = new Set(parsed.flatMap((filter) => [...hub.retained.match(filter.path)]));
      for (const message of waiting) observer.next(toBusMessage(message, true));
      for (const message of held) observer.next(toBusMessage(message, false));
      isHeld = false;
    });

  return {
    async publish(topic: string, payload: string | Uint8Array, options: PublishOptions = {}) {
      if (isClosed) throw new HubError('session/closed', 'the bus is closed');
      // A copy, as the publisher may use its bytes for something else, and the hub keeps the message.
      const kept = typeof payload === 'string' ? payload : new Uint8Array(payload);
      const { expirySeconds, ...others } = options;
      const expiresAt = expirySeconds === undefined ? undefined : hub.now() + expirySeconds * 1000;
      hub.publish(new Message(parseTopicName(topic), kept, { ...others, expiresAt }), publisher);
    },
    messages: (filter, options = {}) =>
      observe(typeof filter === 'string' ? [filter] : filter, options).pipe(takeUntil(closed$)),
    close() {
      isClosed = true;
      closed$.next();
    },
  };
}

/** A message as observers of a bus see it. */
export function toBusMessage(message: Message, retained: boolean): BusMessage {
  return new HubMessage(message, retained);
}

/** A class, since V8 keeps an object literal with a getter as a dictionary. */
class HubMessage implements BusMessage {
  readonly topic: string;
  readonly retained: boolean;
  readonly retain: boolean;
  readonly #message: Message;

  constructor(message: Message, retained: boolean) {
    this.topic = message.topic;
    this.retained = retained;
    this.retain = message.retain;
    this.#message = message;
  }

  get bytes(): Uint8Array {
    return this.#message.bytes;
  }

  get text(): string | undefined {
    return this.#message.text;
  }
}
