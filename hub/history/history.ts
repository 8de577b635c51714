import type { HistoryRow, HistoryWindow, TopicHistory } from '../core/ports.ts';
import { RateLimiter } from '../limits/rate-limiter.ts';
import { MAX_TIME_MS, MIN_TIME_MS } from './bucket.ts';
import { Series } from './series.ts';
import type { Slots } from './slot.ts';

/** Called when something happens to history. */
export interface HistoryNotices {
  /** Something could not be kept, after everything could be. It is tried again. */
  failed(error: unknown): void;
  recovered(): void;
  /** A value came for a topic that has no history: called each time. */
  refused(topic: string): void;
  /** The history of a silent topic was dropped for that of another. */
  replaced(silent: string, by: string): void;
  /** A value came while the time of day cannot be right, milliseconds since 1970: called each time. */
  mistimed(timeMs: number): void;
}

export interface HistoryOptions {
  /** Makes room for the buckets of a topic; `undefined` if there can be none. */
  readonly createSlots: (topic: string) => Slots | undefined;
  /** Topics that have a history already, the one that has been silent longest first. */
  readonly known?: Iterable<readonly [topic: string, slots: Slots]>;
  /** How many topics have a history. Default 500. */
  readonly topics?: number;
  readonly notices?: Partial<HistoryNotices>;
  /** The time of day, milliseconds since 1970. */
  readonly now?: () => number;
  /** A clock that nobody sets, milliseconds. Set forward, the time of day would make all topics seem silent. */
  readonly uptimeMs?: () => number;
}

/** How many topics have a history unless set otherwise: a hundred lights with frequency and status. */
export const DEFAULT_TOPICS = 500;

/** A topic that has been silent for this long may be replaced. A lively one may not: two topics that take turns would wear out the disk. */
const SILENT_MS = 3_600_000;

/** How many topics may be replaced: a class's worth at once, then one an hour. A publisher of made-up topics must not erase months of history. */
const REPLACED = { burst: 20, everyMs: 3_600_000 };

/** The one key of that rate limiter. */
const ALL = '';
const FLUSHED_AT_ONCE = 4;

interface Recorded {
  readonly series: Series;
  readonly heardMs: number;
}

/** The values of topics over time, minutes to months. */
export class History implements TopicHistory {
  readonly #options: HistoryOptions;
  readonly #now: () => number;
  readonly #uptimeMs: () => number;
  readonly #limiter: RateLimiter;
  /** The topic that has been silent longest first. */
  readonly #topics = new Map<string, Recorded>();
  /** Replaced series, until their files are removed. */
  readonly #dismissed = new Set<Series>();
  #refused = 0;
  #isFailing = false;

  constructor(options: HistoryOptions) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
    this.#uptimeMs = options.uptimeMs ?? (() => performance.now());
    this.#limiter = new RateLimiter({ now: this.#uptimeMs, ...REPLACED });
    for (const [topic, slots] of options.known ?? []) this.#hear(topic, new Series(slots, this.#now()));
  }

  get topicCount(): number {
    return this.#topics.size;
  }

  has(topic: string): boolean {
    return this.#topics.has(topic);
  }

  /** How many values came for topics that have no history. */
  get refused(): number {
    return this.#refused;
  }

  record(topic: string, value: number): void {
    const timeMs = this.#now();
    if (timeMs < MIN_TIME_MS || timeMs > MAX_TIME_MS) this.#options.notices?.mistimed?.(timeMs);
    else this.#seriesOf(topic)?.record(value, timeMs);
  }

  /** A window of a topic's history, in order of time; `undefined` if it has none. Rejects with `store/unavailable` if it cannot be read. */
  async read(topic: string, window: HistoryWindow): Promise<HistoryRow[] | undefined> {
    return this.#topics.get(topic)?.series.read(window, this.#now());
  }

  /** Keeps new values; resolves when they survive a power cut. Failures go to the notices, and the next flush tries again. */
  async flush(): Promise<void> {
    const discard = async (series: Series) => {
      await series.discard();
      this.#dismissed.delete(series);
    };
    const failures = await workOn([...this.#dismissed], discard);
    failures.push(...(await workOn([...this.#topics.values()], ({ series }) => series.flush())));
    const isFailing = failures.length > 0;
    if (isFailing && !this.#isFailing) this.#options.notices?.failed?.(failures[0]);
    if (!isFailing && this.#isFailing) this.#options.notices?.recovered?.();
    this.#isFailing = isFailing;
  }

  #seriesOf(topic: string): Series | undefined {
    const series = this.#topics.get(topic)?.series ?? this.#admit(topic);
    if (series) return this.#hear(topic, series);
    this.#refused++;
    this.#options.notices?.refused?.(topic);
    return undefined;
  }

  #hear(topic: string, series: Series): Series {
    this.#topics.delete(topic);
    this.#topics.set(topic, { series, heardMs: this.#uptimeMs() });
    return series;
  }

  #admit(topic: string): Series | undefined {
    const leaving = this.#leaving();
    if (!leaving || (leaving.length > 0 && this.#limiter.waitMs(ALL) > 0)) return undefined;
    const slots = this.#options.createSlots(topic);
    if (!slots) return undefined;
    if (leaving.length > 0) this.#limiter.take(ALL);
    for (const silent of leaving) this.#dismiss(silent, topic);
    return new Series(slots);
  }

  /** The topics to be replaced by one more; `undefined` if one of them is not silent. */
  #leaving(): readonly string[] | undefined {
    const excess = this.#topics.size + 1 - (this.#options.topics ?? DEFAULT_TOPICS);
    const silentSince = this.#uptimeMs() - SILENT_MS;
    const leaving: string[] = [];
    for (const [topic, { heardMs }] of this.#topics) {
      if (leaving.length >= excess) break;
      if (heardMs > silentSince) return undefined;
      leaving.push(topic);
    }
    return leaving;
  }

  #dismiss(silent: string, by: string): void {
    const series = this.#topics.get(silent)?.series;
    if (series) this.#dismissed.add(series);
    this.#topics.delete(silent);
    this.#options.notices?.replaced?.(silent, by);
  }
}

/** Works on a few items at a time; resolves to the errors. */
async function workOn<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<unknown[]> {
  const failures: unknown[] = [];
  const waiting = items.values();
  const worker = async () => {
    for (const item of waiting) await work(item).catch((error) => failures.push(error));
  };
  await Promise.all(Array.from({ length: FLUSHED_AT_ONCE }, worker));
  return failures;
}
