import type { SchedulerLike, Subscription as Timer } from 'rxjs';
import type { Reading, Value } from './readings.ts';

/** The sampled columns, with the readings that count them; all except `clients` become a rate per second. */
const COLUMNS = {
  received: 'pinhub_messages_received_total',
  sent: 'pinhub_messages_sent_total',
  dropped: 'pinhub_messages_dropped_total',
  refused: 'pinhub_refusals_total',
  receivedBytes: 'pinhub_received_bytes_total',
  sentBytes: 'pinhub_sent_bytes_total',
  clients: 'pinhub_clients',
} as const;

type Column = keyof typeof COLUMNS;

export const RATE_COLUMNS = Object.keys(COLUMNS) as readonly Column[];

/** How often samples are taken, and how many are kept: six hours. */
export const SAMPLE_SECONDS = 10;
export const SAMPLES = 2_160;

/** A time of the hub's clock, milliseconds, at the end of a sample, and the value of each column. */
export type RateRow = readonly number[];

interface RatesOptions {
  readonly scheduler: SchedulerLike;
  /** The hub's clock, milliseconds. */
  readonly now: () => number;
  readonly readings: readonly Reading[];
}

/** The traffic of a hub in the last hours, in a ring of fixed size. */
export class Rates {
  readonly #options: RatesOptions;
  readonly #readings: ReadonlyMap<string | undefined, Reading>;
  readonly #width = RATE_COLUMNS.length + 1;
  readonly #ring = new Float64Array(SAMPLES * this.#width);
  readonly #timer: Timer;
  #count = 0;
  #before: { readonly at: number; readonly totals: readonly number[] };

  constructor(options: RatesOptions) {
    const { scheduler, readings } = options;
    this.#options = options;
    this.#readings = new Map(readings.map((reading) => [reading.name, reading]));
    this.#before = this.#read();
    const sample = () => this.#sample();
    this.#timer = scheduler.schedule(function () {
      sample();
      this.schedule(undefined, SAMPLE_SECONDS * 1000);
    }, SAMPLE_SECONDS * 1000);
  }

  /** The rows of the last given seconds, the oldest first. */
  last(seconds: number): readonly RateRow[] {
    const wanted = Math.min(this.#count, SAMPLES, Math.ceil(seconds / SAMPLE_SECONDS));
    return Array.from({ length: wanted }, (_, index) => this.#row(this.#count - wanted + index));
  }

  close(): void {
    this.#timer.unsubscribe();
  }

  #row(number: number): RateRow {
    const start = (number % SAMPLES) * this.#width;
    return [...this.#ring.subarray(start, start + this.#width)];
  }

  #sample(): void {
    const sampled = this.#read();
    const seconds = (sampled.at - this.#before.at) / 1000;
    const values = sampled.totals.map((total, index) => {
      if (RATE_COLUMNS[index] === 'clients') return total;
      return seconds > 0 ? Math.max(0, total - (this.#before.totals[index] ?? 0)) / seconds : 0;
    });
    this.#ring.set([sampled.at, ...values], (this.#count % SAMPLES) * this.#width);
    this.#count++;
    this.#before = sampled;
  }

  #read() {
    const totals = RATE_COLUMNS.map((column) => sumOf(this.#readings.get(COLUMNS[column])?.read() ?? 0));
    return { at: this.#options.now(), totals };
  }
}

function sumOf(value: Value): number {
  if (typeof value !== 'object') return Number(value);
  return Object.values(value).reduce((sum, one) => sum + one, 0);
}
