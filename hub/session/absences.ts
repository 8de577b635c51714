import type { SchedulerLike, Subscription as Timer } from 'rxjs';
import { HubError } from '../core/error.ts';
import type { Hub } from '../core/hub.ts';
import type { Message } from '../core/message.ts';
import { type Entry, note, setWill } from './entry.ts';
import type { SessionCounters } from './limits.ts';
import type { Will } from './link.ts';

/** A session that never expires by itself; the hub's own limit still holds. (MQTT 5, 3.1.2.11.2) */
export const NEVER_EXPIRES = 0xffff_ffff;

/** The largest delay that a timer takes, milliseconds (2^31 − 1); longer ones are waited for in turns. */
const MAX_TIMER_MS = 2_147_483_647;

interface AbsencesOptions {
  readonly hub: Hub;
  /** Times wills and expiry. */
  readonly scheduler: SchedulerLike;
  readonly counters: Pick<SessionCounters, 'drops'>;
  /** Told of a session whose client has been away for as long as it may. */
  readonly onExpired: (entry: Entry) => void;
}

/** Clients that are away: their wills are published when it is time, and their sessions expire. */
export class Absences {
  readonly #options: AbsencesOptions;

  constructor(options: AbsencesOptions) {
    this.#options = options;
  }

  /** Waits for the client to come back: the will for its delay, the session for its expiry, which takes the will along. */
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

  /** The client is back, or its session is over. */
  over({ willTimer, expiryTimer }: Entry): void {
    willTimer?.unsubscribe();
    expiryTimer?.unsubscribe();
  }

  /** A will is published if its client may do so by now; a promised one in any case. */
  publishWill(entry: Entry, kind: 'checked' | 'promised' = 'checked'): void {
    const { will, session } = entry;
    setWill(entry, undefined);
    if (!will) return;
    const message = this.#messageOf(will);
    try {
      if (kind === 'promised') this.#options.hub.publish(message, session);
      else session.publish(message);
    } catch (error) {
      // There was no room to retain it, or the right to publish it is gone; and nobody is left to tell.
      if (!(error instanceof HubError)) throw error;
      this.#options.counters.drops.will++;
    }
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

  #publishDelayedWill(entry: Entry): void {
    this.publishWill(entry);
    note(entry);
  }

  /** A will's life begins when it is published. */
  #messageOf({ message, expirySeconds }: Will): Message {
    return expirySeconds === undefined
      ? message
      : message.expiringAt(this.#options.hub.now() + expirySeconds * 1000);
  }
}
