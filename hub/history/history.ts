import type { HistoryRow, HistoryWindow, TopicHistory } from '../core/history.ts';
import { RateLimiter } from '../limits/rate-limiter.ts';
import { MAX_TIME_MS, MIN_TIME_MS } from './bucket.ts';
import type { HistoryNotices } from './history-notices.ts';
import { Places } from './places.ts';
import { Series } from './series.ts';
import type { Slots } from './slot.ts';

export interface HistoryOptions {
  /** Where a topic's buckets are to be; `undefined` where they can be nowhere. */
  readonly createSlots: (topic: string) => Slots | undefined;
  /** Topics of which there is history already, and where it is: those first that have been silent for longest. */
  readonly known?: Iterable<readonly [topic: string, slots: Slots]>;
  /** The most topics that have a history. Default 200. */
  readonly topics?: number;
  readonly notices?: Partial<HistoryNotices>;
  /** The time of day, milliseconds since 1970. */
  readonly now?: () => number;
  /** A clock that nobody sets, milliseconds. */
  readonly uptimeMs?: () => number;
}

/** The most topics that have a history, unless set otherwise. */
export const DEFAULT_TOPICS = 200;

/**
 * How many topics may lose their places to others: what a class brings along at once, then one an hour. Whoever may publish can make up any
 * number of topics, and is not to erase by that, in a moment, what all that are silent now did over months.
 */
const REPLACED = { burst: 20, everyMs: 3_600_000 };

/** The one pace of all. */
const ALL = '';

/** How many topics are kept at a time. */
const KEPT_AT_ONCE = 4;

/** What the values of topics were, over minutes to months. */
export class History implements TopicHistory {
  readonly #createSlots: HistoryOptions['createSlots'];
  readonly #notices: Partial<HistoryNotices>;
  readonly #now: () => number;
  readonly #places: Places<Series>;
  readonly #pace: RateLimiter;
  /** Those that have lost their places, until nothing is left of them. */
  readonly #dismissed = new Set<Series>();
  #refused = 0;
  #isFailing = false;

  constructor(options: HistoryOptions) {
    const { createSlots, known = [], topics = DEFAULT_TOPICS, notices = {}, now = Date.now } = options;
    this.#createSlots = createSlots;
    this.#notices = notices;
    this.#now = now;
    const uptimeMs = options.uptimeMs ?? (() => performance.now());
    this.#places = new Places(topics, uptimeMs);
    this.#pace = new RateLimiter({ now: uptimeMs, ...REPLACED });
    for (const [topic, slots] of known) this.#places.give(topic, new Series(slots, now()));
  }

  get topicCount(): number {
    return this.#places.size;
  }

  /** How many values came for topics that have no history. */
  get refused(): number {
    return this.#refused;
  }

  /** Notes a value that a topic has now. */
  record(topic: string, value: number): void {
    const timeMs = this.#now();
    if (timeMs < MIN_TIME_MS || timeMs > MAX_TIME_MS) this.#notices.mistimed?.(timeMs);
    else this.#seriesOf(topic)?.record(value, timeMs);
  }

  /** A window of a topic's history, in order of time; `undefined` where it has none. Rejects with `store/unavailable` where it cannot be read. */
  async read(topic: string, window: HistoryWindow): Promise<HistoryRow[] | undefined> {
    return this.#places.get(topic)?.read(window, this.#now());
  }

  /** Keeps what is new; resolves when a power cut leaves it. What cannot be kept is told of, and tried again the next time. */
  async flush(): Promise<void> {
    const discard = async (series: Series) => {
      await series.discard();
      this.#dismissed.delete(series);
    };
    const failures = [
      ...(await workOn([...this.#dismissed], discard)),
      ...(await workOn(this.#places.all(), (series) => series.flush())),
    ];
    const isFailing = failures.length > 0;
    if (isFailing && !this.#isFailing) this.#notices.failed?.(failures[0]);
    if (!isFailing && this.#isFailing) this.#notices.recovered?.();
    this.#isFailing = isFailing;
  }

  #seriesOf(topic: string): Series | undefined {
    const series = this.#places.hear(topic) ?? this.#admit(topic);
    if (series) return series;
    this.#refused++;
    this.#notices.refused?.(topic);
    return undefined;
  }

  /** Gives a topic a place, where there is one. */
  #admit(topic: string): Series | undefined {
    const leaving = this.#places.leavingForOne();
    if (!leaving || (leaving.length > 0 && this.#pace.waitMs(ALL) > 0)) return undefined;
    const slots = this.#createSlots(topic);
    if (!slots) return undefined;
    if (leaving.length > 0) this.#pace.take(ALL);
    for (const silent of leaving) this.#dismiss(silent, topic);
    const series = new Series(slots);
    this.#places.give(topic, series);
    return series;
  }

  #dismiss(silent: string, by: string): void {
    const series = this.#places.take(silent);
    if (series) this.#dismissed.add(series);
    this.#notices.replaced?.(silent, by);
  }
}

/** Does work on each, a few at a time; resolves to what went wrong. */
async function workOn<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<unknown[]> {
  const failures: unknown[] = [];
  const waiting = items.values();
  const worker = async () => {
    for (const item of waiting) await work(item).catch((error) => failures.push(error));
  };
  await Promise.all(Array.from({ length: KEPT_AT_ONCE }, worker));
  return failures;
}
