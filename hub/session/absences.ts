import type { SchedulerLike, Subscription as Timer } from 'rxjs';
import type { Hub } from '../core/hub.ts';
import { type Entry, note, setWill } from './entry.ts';
import type { SessionCounters } from './limits.ts';
import { MAX_TIMER_MS, publishWill } from './wills.ts';

/** A session that never expires by itself; the hub's own limit still holds. (MQTT 5, 3.1.2.11.2) */
export const NEVER_EXPIRES = 0xffff_ffff;

interface AbsencesOptions {
  readonly hub: Hub;
  /** Times wills and expiry. */
  readonly scheduler: SchedulerLike;
  readonly counters: SessionCounters;
  /** Called when a client has been away for as long as its session may last. */
  readonly onExpired: (entry: Entry) => void;
}

/** Clients that are away: their wills are published when their delay is over, and their sessions expire. */
export class Absences {
  readonly #options: AbsencesOptions;

  constructor(options: AbsencesOptions) {
    this.#options = options;
  }

  /** Waits for the client to come back: the will for its delay, the session for its expiry. The will is published with the session's end at the latest. */
  begin(entry: Entry): void {
    const awayMs = this.#options.hub.now() - (entry.leftAt ?? this.#options.hub.now());
    const delayMs = Math.max(0, (entry.will?.delaySeconds ?? 0) * 1000 - awayMs);
    if (delayMs === 0) this.publishWill(entry);
    if (entry.will) entry.willTimer = this.#after(delayMs, () => this.#publishDelayedWill(entry));
    if (entry.expirySeconds !== NEVER_EXPIRES) {
      const leftMs = Math.max(0, entry.expirySeconds * 1000 - awayMs);
      entry.expiryTimer = this.#after(leftMs, () => this.#options.onExpired(entry));
    }
    note(entry);
  }

  /** The client is back, or its session has ended. */
  over({ willTimer, expiryTimer }: Entry): void {
    willTimer?.unsubscribe();
    expiryTimer?.unsubscribe();
  }

  /** Publishes the will, if there is one and the client may still publish it; a promised one in any case. */
  publishWill(entry: Entry, isPromised = false): void {
    const { will, session, owner } = entry;
    setWill(entry, undefined);
    if (will) publishWill(will, { owner, publisher: session, isPromised }, this.#options);
  }

  #publishDelayedWill(entry: Entry): void {
    this.publishWill(entry);
    note(entry);
  }

  #after(delayMs: number, work: () => void): Timer {
    const stepMs = Math.min(delayMs, MAX_TIMER_MS);
    let leftMs = delayMs - stepMs;
    return this.#options.scheduler.schedule(function () {
      if (leftMs <= 0) return work();
      const nextMs = Math.min(leftMs, MAX_TIMER_MS);
      leftMs -= nextMs;
      this.schedule(undefined, nextMs);
    }, stepMs);
  }
}
