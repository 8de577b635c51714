import type { HistoryRow, HistoryWindow, TopicHistory } from '../../core/history.ts';
import { Series } from './series.ts';
import type { Slots } from './slots.ts';

export interface HistoryOptions {
  /** Makes room for a topic's buckets. */
  readonly createSlots: (topic: string) => Slots;
  /** Topics of which there is history already, and where their buckets are. */
  readonly known?: Iterable<readonly [topic: string, slots: Slots]>;
  /** The most topics that have a history; others have none. */
  readonly topics?: number;
  /** Told where something could not be kept. */
  readonly onFault?: (error: unknown) => void;
  /** The time of day, milliseconds since 1970. */
  readonly now?: () => number;
}

const DEFAULT_TOPICS = 200;

/** What the values of topics were, over minutes to months. */
export class History implements TopicHistory {
  readonly #options: HistoryOptions;
  readonly #series = new Map<string, Series>();
  readonly #now: () => number;

  constructor(options: HistoryOptions) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
    for (const [topic, slots] of options.known ?? []) this.#series.set(topic, new Series(slots, this.#now()));
  }

  get topicCount(): number {
    return this.#series.size;
  }

  /** Notes a value that a topic has now. Does nothing where there is no room for one more topic. */
  record(topic: string, value: number): void {
    this.#seriesOf(topic)?.record(value, this.#now());
  }

  /** A window of a topic's history, in order of time; `undefined` where it has none. Throws where it cannot be read. */
  read(topic: string, window: HistoryWindow): HistoryRow[] | undefined {
    return this.#series.get(topic)?.read(window, this.#now());
  }

  /** Keeps what is new. What cannot be kept is tried again the next time. */
  flush(): void {
    for (const series of this.#series.values()) {
      try {
        series.flush();
      } catch (error) {
        this.#options.onFault?.(error);
        return; // One disk: the others would say the same.
      }
    }
  }

  #seriesOf(topic: string): Series | undefined {
    const known = this.#series.get(topic);
    if (known || this.#series.size >= (this.#options.topics ?? DEFAULT_TOPICS)) return known;
    try {
      const series = new Series(this.#options.createSlots(topic), this.#now());
      this.#series.set(topic, series);
      return series;
    } catch (error) {
      this.#options.onFault?.(error);
      return undefined;
    }
  }
}
