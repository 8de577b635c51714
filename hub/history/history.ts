import { type HistoryRow, type HistoryWindow, type TopicHistory, UPTIME_TOPIC } from '../core/ports.ts';
import { RateLimiter } from '../limits/rate-limiter.ts';
import { type Bucket, LEVELS, MAX_TIME_MS, MIN_TIME_MS } from './bucket.ts';
import { type Gap, gapsBetween, indicesOf, joinFound, joinGaps } from './join.ts';
import { keptLevelFor, readWindow, Series } from './series.ts';
import type { Found, Slots } from './slot.ts';

/** Called when something happens to the history. */
export interface HistoryNotices {
  /** Something could not be stored, although everything before could. The next flush tries again. */
  failed(error: unknown): void;
  recovered(): void;
  /** A value arrived for a topic that has no history: called each time. */
  refused(topic: string): void;
  /** The history of a silent topic was dropped in favor of another topic. */
  replaced(silent: string, by: string): void;
  /** A value arrived while the time of day cannot be right, milliseconds since 1970: called each time. */
  mistimed(timeMs: number): void;
}

/** The records of other hubs. */
export interface OtherHistories {
  /** The buckets of a topic at each hub that has any, as `Slots.read` finds them. Never rejects: a hub that does not answer has none. */
  find(topic: string, level: number, first: number, last: number): Promise<readonly Found[]>;
}

export interface HistoryOptions {
  /** The records of other hubs. They are merged with the buckets here, so that all hubs give the same answers. Default: none. */
  readonly others?: OtherHistories | undefined;
  /** Makes room for the buckets of a topic; `undefined` if there can be none. */
  readonly createSlots: (topic: string) => Slots | undefined;
  /** Topics that already have a history; the one that has been silent longest comes first. */
  readonly known?: Iterable<readonly [topic: string, slots: Slots]>;
  /** How many topics may have a history. Default 500. */
  readonly topics?: number;
  readonly notices?: Partial<HistoryNotices>;
  /** The time of day, milliseconds since 1970. */
  readonly now?: () => number;
  /** A clock that is never set, milliseconds. If the time of day were set forward, all topics would seem silent. */
  readonly uptimeMs?: () => number;
}

/** How many topics may have a history by default: enough for a hundred lights with frequency and status. */
export const DEFAULT_TOPICS = 500;

/** A topic that has been silent for this long may be replaced. An active topic may not: two topics that take turns would wear out the disk. */
const SILENT_MS = 3_600_000;

/** How many topics may be replaced: enough for a class at once, then one an hour. A publisher of made-up topics must not erase months of history. */
const REPLACED = { burst: 20, everyMs: 3_600_000 };

/** The levels whose buckets show when a hub was up. */
const SECONDS = 1;
const MINUTES = 2;
const HOURS = 3;

/** The one key of that rate limiter. */
const ALL = '';
const FLUSHED_AT_ONCE = 4;

interface Recorded {
  readonly series: Series;
  readonly receivedMs: number;
}

/** The values of topics over time, minutes to months. */
export class History implements TopicHistory {
  readonly #options: HistoryOptions;
  readonly #now: () => number;
  readonly #uptimeMs: () => number;
  readonly #limiter: RateLimiter;
  /** The recorded topics. The topic that has been silent longest comes first. */
  readonly #topics = new Map<string, Recorded>();
  /** Replaced series, until their files are removed. */
  readonly #dismissed = new Set<Series>();
  readonly #startedMs: number;
  #refused = 0;
  #isFailing = false;

  constructor(options: HistoryOptions) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
    this.#startedMs = this.#now();
    this.#uptimeMs = options.uptimeMs ?? (() => performance.now());
    this.#limiter = new RateLimiter({ now: this.#uptimeMs, ...REPLACED });
    for (const [topic, slots] of options.known ?? []) this.#touch(topic, new Series(slots, this.#now()));
  }

  get topicCount(): number {
    return this.#topics.size;
  }

  has(topic: string): boolean {
    return this.#topics.has(topic);
  }

  /** How many values arrived for topics without a history. */
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
    const { others } = this.#options;
    if (others) return this.#readAll(topic, window, others);
    return this.#topics.get(topic)?.series.read(window, this.#now());
  }

  /** The topics that have a history, in alphabetical order. */
  get topics(): readonly string[] {
    return [...this.#topics.keys()].sort();
  }

  /** The buckets of a topic here; `undefined` if it has no history. Rejects with `store/unavailable`. */
  async find(topic: string, level: number, first: number, last: number): Promise<Found | undefined> {
    return this.#topics.get(topic)?.series.find(level, first, last);
  }

  /** The times when no hub listened, as far as this hub knows. */
  async gaps(): Promise<readonly Gap[]> {
    const nowMs = this.#now();
    const gaps = [await this.#absence()];
    let toMs = nowMs;
    for (const level of [MINUTES, HOURS]) {
      const { bucketMs = 1, count = 1 } = LEVELS[level] ?? {};
      const span = { fromMs: Math.max(0, nowMs - bucketMs * (count - 1)), toMs };
      const { first, last } = indicesOf(span, level, nowMs);
      const found = await this.find(UPTIME_TOPIC, level, first, last);
      gaps.push(...gapsBetween(found?.buckets.map(({ index }) => index) ?? [], level, span));
      toMs = span.fromMs;
    }
    return joinGaps(gaps.filter((gap) => gap !== undefined));
  }

  /**
   * Adds to a level what another hub recorded during a gap; the finer levels first. A topic without a history gets one if there is room. Rejects with
   * `store/unavailable`.
   */
  async fill(topic: string, level: number, gap: Gap, theirs: readonly Bucket[]): Promise<void> {
    if (theirs.length === 0) return;
    const isFull = this.#topics.size >= (this.#options.topics ?? DEFAULT_TOPICS);
    const series = this.#topics.get(topic)?.series ?? (isFull ? undefined : this.#seriesOf(topic));
    await series?.fill(level, await fillingOf(series, level, gap, theirs));
  }

  /** The time before this start, if it is known to the second. */
  async #absence(): Promise<Gap | undefined> {
    const { bucketMs = 1 } = LEVELS[SECONDS] ?? {};
    const index = Math.floor(this.#startedMs / bucketMs);
    const before = (await this.find(UPTIME_TOPIC, SECONDS, index, index))?.before;
    return before && { fromMs: before.index * bucketMs, toMs: (index + 1) * bucketMs };
  }

  /** Reads a window from all hubs, as a topic may have a history at only one of them. */
  async #readAll(
    topic: string,
    window: HistoryWindow,
    others: OtherHistories,
  ): Promise<HistoryRow[] | undefined> {
    let isKnown = false;
    const find = async (level: number, first: number, last: number) => {
      const [own, all] = await Promise.all([
        this.find(topic, level, first, last),
        others.find(topic, level, first, last),
      ]);
      isKnown ||= own !== undefined || all.length > 0;
      return joinFound(own ? [own, ...all] : all);
    };
    const rows = await readWindow(find, keptLevelFor(window, this.#now()), window);
    return isKnown ? rows : undefined;
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
    if (series) return this.#touch(topic, series);
    this.#refused++;
    this.#options.notices?.refused?.(topic);
    return undefined;
  }

  #touch(topic: string, series: Series): Series {
    this.#topics.delete(topic);
    this.#topics.set(topic, { series, receivedMs: this.#uptimeMs() });
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

  /** The topics to replace for one more; `undefined` if one of them is not silent. */
  #leaving(): readonly string[] | undefined {
    const excess = this.#topics.size + 1 - (this.#options.topics ?? DEFAULT_TOPICS);
    const silentSince = this.#uptimeMs() - SILENT_MS;
    const leaving: string[] = [];
    for (const [topic, { receivedMs }] of this.#topics) {
      if (leaving.length >= excess) break;
      if (receivedMs > silentSince) return undefined;
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

/** How far the end of a gap may be from the recorded one, milliseconds: a hub records each minute that it is up. */
const UNSURE_MS = 120_000;

/**
 * The buckets of another hub that a series lacks. At the end of the gap, this hub may know better how a bucket ended: as its latest finer bucket did.
 */
async function fillingOf(
  series: Series,
  level: number,
  { toMs }: Gap,
  theirs: readonly Bucket[],
): Promise<readonly Bucket[]> {
  const { bucketMs = 1 } = LEVELS[level] ?? {};
  const unsure = Math.floor((toMs - UNSURE_MS) / bucketMs);
  const last = theirs.at(-1)?.index ?? 0;
  const own = last < unsure ? [] : (await series.find(level, unsure, last)).buckets;
  const finer = own.length === 0 ? [] : await finerBuckets(series, level, { first: unsure, last });
  return theirs.map((bucket) => {
    const isWithin = (one: Bucket) => Math.floor((one.index * finerMs(level)) / bucketMs) === bucket.index;
    const known = finer.findLast(isWithin) ?? own.find(({ index }) => index === bucket.index);
    return bucket.index >= unsure && known ? { ...bucket, last: known.last } : bucket;
  });
}

/** How long a bucket of the next finer level is, milliseconds. For the finest level that is kept, this is its own length. */
function finerMs(level: number): number {
  const finer = LEVELS[level - 1];
  return (finer?.isKept ? finer : LEVELS[level])?.bucketMs ?? 1;
}

async function finerBuckets(
  series: Series,
  level: number,
  { first, last }: { readonly first: number; readonly last: number },
): Promise<readonly Bucket[]> {
  const ratio = (LEVELS[level]?.bucketMs ?? 1) / finerMs(level);
  if (ratio === 1) return [];
  return (await series.find(level - 1, first * ratio, (last + 1) * ratio - 1)).buckets;
}

/** Works on a few items at a time. Resolves to the errors of all items. */
async function workOn<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<unknown[]> {
  const failures: unknown[] = [];
  const waiting = items.values();
  const worker = async () => {
    for (const item of waiting) await work(item).catch((error) => failures.push(error));
  };
  await Promise.all(Array.from({ length: FLUSHED_AT_ONCE }, worker));
  return failures;
}
