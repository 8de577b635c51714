import type { SchedulerLike, Subscription as Timer } from 'rxjs';
import { HubError } from '../core/error.ts';

/** A connection, or a request, as far as it may keep the hub's memory. */
export interface Holder {
  /** What has come of something that is not all there yet, and what was sent and is not taken yet, bytes. */
  readonly heldBytes: number;
  /** Ends it at once. */
  cutOff(reason: HubError): void;
}

/** How often all are looked at, milliseconds: between two looks no more comes than the network carries in that time. */
const LOOK_MS = 250;

/** What everybody may hold for as long as they like, bytes: the hub gives the network so much at a time. */
const NEGLIGIBLE_BYTES = 64 * 2 ** 10;

interface HeldBytesOptions {
  readonly scheduler: SchedulerLike;
  /** What all may hold together, bytes. */
  readonly heldBytes: number;
  /** What the process uses, bytes: many may hold one and the same message, which takes memory once. */
  readonly usedBytes: () => number;
  readonly holders: () => Iterable<Holder>;
}

/**
 * Bounds what all connections together keep of the hub's memory, each of which may keep some megabytes. Where that is too much, those are
 * cut off that have held theirs for longest: who is merely quick, or merely slow, lets go of it sooner than one who means to keep it.
 */
export class HeldBytes {
  readonly #options: HeldBytesOptions;
  readonly #timer: Timer;
  /** How many looks in a row have found a holder holding something. */
  #looks = new Map<Holder, number>();
  /** What all held when they were last looked at, bytes. */
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

  /** Those who have held something for longest first, and among them those who hold most. */
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
