import { parseTopicFilter } from '../../core/filter.ts';
import type { Hub } from '../../core/hub.ts';
import type { Subscription } from '../../core/subscription.ts';
import type { Received } from './topic-tree.ts';

/** The most messages that may wait for the next frame, and the most bytes that several messages may have together. */
const MOST_MESSAGES = 500;
const MOST_BYTES = 2 ** 20;

interface WatchedOptions {
  readonly hub: Hub;
  readonly mayRead: (topic: string) => boolean;
  /** Returns the last messages of a topic, the oldest first, with which watching the topic begins. */
  readonly knownOf: (topic: string) => readonly Received[];
}

/** Collects the full messages of a few topics until they are taken. */
export class Watched {
  readonly #options: WatchedOptions;
  readonly #subscriptions = new Map<string, Subscription>();
  #waiting: (Received & { readonly isOld?: true })[] = [];
  #bytes = 0;
  #missed = 0;

  constructor(options: WatchedOptions) {
    this.#options = options;
  }

  /** Changes which topics are watched. Those that are new begin with their last messages. */
  set(topics: Iterable<string>): void {
    const wanted = new Set(topics);
    for (const [topic, subscription] of this.#subscriptions)
      if (!wanted.has(topic)) this.#leave(topic, subscription);
    for (const topic of wanted) if (!this.#subscriptions.has(topic)) this.#begin(topic);
  }

  /** The messages that have come since the last call, and how many had to be left out. */
  take(): { readonly received: readonly (Received & { readonly isOld?: true })[]; readonly missed: number } {
    const taken = { received: this.#waiting, missed: this.#missed };
    this.#waiting = [];
    this.#bytes = 0;
    this.#missed = 0;
    return taken;
  }

  #begin(topic: string): void {
    const { hub, mayRead, knownOf } = this.#options;
    const subscriber = {
      deliver: (message: Received['message'], _terms: unknown, publisher?: Received['publisher']) => {
        if (!mayRead(message.topic)) return false;
        this.#push({ message, at: hub.now(), publisher });
        return true;
      },
    };
    this.#subscriptions.set(topic, hub.subscribe(subscriber, parseTopicFilter(topic)));
    if (!mayRead(topic)) return;
    const known = knownOf(topic);
    for (const received of known.length > 0 ? known : retained(hub, topic))
      this.#push({ ...received, isOld: true });
  }

  #leave(topic: string, subscription: Subscription): void {
    this.#options.hub.unsubscribe(subscription);
    this.#subscriptions.delete(topic);
    this.#waiting = this.#waiting.filter(({ message }) => message.topic !== topic);
    this.#bytes = this.#waiting.reduce((sum, { message }) => sum + message.length, 0);
  }

  #push(received: Received & { readonly isOld?: true }): void {
    this.#waiting.push(received);
    this.#bytes += received.message.length;
    while (this.#waiting.length > MOST_MESSAGES || (this.#bytes > MOST_BYTES && this.#waiting.length > 1)) {
      const oldest = this.#waiting.shift();
      this.#bytes -= oldest?.message.length ?? 0;
      if (!oldest?.isOld) this.#missed++;
    }
  }
}

function retained(hub: Hub, topic: string): readonly Received[] {
  const message = hub.retained.get(topic);
  return message ? [{ message, at: undefined, publisher: undefined }] : [];
}
