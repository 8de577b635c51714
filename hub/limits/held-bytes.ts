import type { SchedulerLike, Subscription as Timer } from 'rxjs';
import { HubError } from '../core/error.ts';

/** A connection or request that keeps some of the hub's memory. */
export interface Holder {
  /** What has come of something incomplete, and what is unsent, bytes. */
  readonly heldBytes: number;
  /** Ends it at once. */
  cutOff(reason: HubError): void;
}

/** How often all are looked at, milliseconds. In between, no more can come than the network carries in that time. */
const LOOK_MS = 250;

/** What each may hold for any time, bytes: about as much is read or written at once. */
const NEGLIGIBLE_BYTES = 64 * 2 ** 10;

interface HeldBytesOptions {
  readonly scheduler: SchedulerLike;
  /** What all may hold together, bytes. */
  readonly heldBytes: number;
  /** The memory in use, bytes. Many may hold the same message, which takes memory once, so the sum alone proves nothing. */
  readonly usedBytes: () => number;
  readonly holders: () => Iterable<Holder>;
}

/**
 * Bounds the memory that all connections keep together, as each may keep some megabytes. If it is too much, those are cut off that have held
 * theirs for longest: fast or slow but honest clients release their buffers sooner than an attacker.
 */
export class HeldBytes {
  readonly #options: HeldBytesOptions;
  readonly #timer: Timer;
  /** In how many looks in a row each holder has held something. */
  #looks = new Map<Holder, number>();
  /** What all held at the last look, bytes. */
  total = 0;
  /** How many were cut off since the start. */
  cutOffs = 0;

  constructor(options: HeldBytesOptions) {
    this.#options = options;
    const look = () => this.#look();
    this.#timer = options.scheduler.schedule(function () {
      look();
      this.schedule(undefined, LOOK_MS);
    }, LOOK_MS);
  }

  close(): void {
    this.#timer.unsubscribe();
  }

  #look(): void {
    const before = this.#looks;
    this.#looks = new Map();
    this.total = 0;
    for (const holder of this.#options.holders()) {
      const { heldBytes } = holder;
      if (heldBytes <= NEGLIGIBLE_BYTES) continue;
      this.total += heldBytes;
      this.#looks.set(holder, (before.get(holder) ?? 0) + 1);
    }
    const { heldBytes: most, usedBytes } = this.#options;
    if (this.total > most && usedBytes() > most) this.#free(this.total - most);
  }

  #free(excess: number): void {
    let left = excess;
    for (const [holder, looks] of this.#byPatience()) {
      if (left <= 0) return;
      left -= holder.heldBytes;
      this.cutOffs++;
      holder.cutOff(tooMuch(this.#options.heldBytes, (looks * LOOK_MS) / 1000));
    }
  }

  /** Those that have held something for longest first, and among them those that hold most. */
  #byPatience(): [Holder, number][] {
    return [...this.#looks].sort(
      ([one, oneLooks], [other, otherLooks]) => otherLooks - oneLooks || other.heldBytes - one.heldBytes,
    );
  }
}

function tooMuch(bytes: number, seconds: number): HubError {
  const message = `all connections together hold more than ${bytes} bytes, and this one has for ${seconds} s`;
  return new HubError('limit/exceeded', message);
}
