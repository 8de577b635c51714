import type { Subscriber } from 'rxjs';
import type { BusMessage } from '../core/bus.ts';
import type { TopicFilter } from '../core/filter.ts';
import { toBusMessage } from '../core/local-bus.ts';
import { Message, OWN, RETAIN, RETAINED, type WireMessage } from '../core/message.ts';
import { SubscriptionTree } from '../core/subscription-tree.ts';

/** One observer of the client's messages. */
export interface Listener {
  readonly filters: readonly TopicFilter[];
  readonly noLocal: boolean;
  readonly observer: Subscriber<BusMessage>;
}

/** Distributes messages to listeners. The hub sends each message once, however many listeners match. */
export class Incoming {
  readonly #tree = new SubscriptionTree<Listener>();
  readonly #byFilter = new Map<string, Set<Listener>>();
  /** The listener whose subscription the hub acknowledged last: the retained messages that follow are for it. */
  #answered: Listener | undefined;

  get listeners(): Set<Listener> {
    return new Set([...this.#byFilter.values()].flatMap((listeners) => [...listeners]));
  }

  add(listener: Listener): void {
    for (const filter of listener.filters) {
      this.#tree.add(filter.path, listener);
      const listeners = this.#byFilter.get(filter.filter) ?? new Set();
      this.#byFilter.set(filter.filter, listeners.add(listener));
    }
  }

  /** Removes a listener; returns the filters that no longer have any. */
  remove(listener: Listener): string[] {
    const unused: string[] = [];
    for (const { filter, path } of listener.filters) {
      this.#tree.remove(path, listener);
      const listeners = this.#byFilter.get(filter);
      if (!listeners?.delete(listener) || listeners.size > 0) continue;
      this.#byFilter.delete(filter);
      unused.push(filter);
    }
    return unused;
  }

  /** Whether the hub may leave out our own messages: only if no listener to any of these filters wants them. */
  isNoLocal({ filters }: Listener): boolean {
    const listeners = filters.flatMap(({ filter }) => [...(this.#byFilter.get(filter) ?? [])]);
    return listeners.every(({ noLocal }) => noLocal);
  }

  answered(listener: Listener): void {
    this.#answered = listener;
  }

  /** Dispatches a hub's messages; ignores anything else, which another server may send. */
  receive(messages: unknown): void {
    if (!Array.isArray(messages)) return;
    for (const message of messages) {
      if (!isWireMessage(message)) continue;
      const [topic, payload, flags] = message;
      const bytesOrText = payload instanceof ArrayBuffer ? new Uint8Array(payload) : payload;
      this.#dispatch(new Message(topic, bytesOrText, { retain: (flags & (RETAINED | RETAIN)) !== 0 }), flags);
    }
  }

  #dispatch(message: Message, flags: number): void {
    const isRetained = (flags & RETAINED) !== 0;
    const seen = toBusMessage(message, isRetained);
    const receivers = new Set<Listener>();
    this.#tree.match(message.topic, (listener) => receivers.add(listener));
    for (const listener of receivers) {
      if (isRetained && listener !== this.#answered) continue;
      if (listener.noLocal && (flags & OWN) !== 0) continue;
      listener.observer.next(seen);
    }
  }
}

function isWireMessage(value: unknown): value is WireMessage {
  if (!Array.isArray(value)) return false;
  const [topic, payload, flags]: unknown[] = value;
  const isBytes = payload instanceof Uint8Array || payload instanceof ArrayBuffer;
  return typeof topic === 'string' && (typeof payload === 'string' || isBytes) && typeof flags === 'number';
}
