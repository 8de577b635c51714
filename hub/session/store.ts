import { createClock } from '../clock.ts';
import type { HubError } from '../core/error.ts';
import { type Journal, NO_JOURNAL } from '../core/journal.ts';
import type { Message } from '../core/message.ts';
import type { Peers } from '../core/peers.ts';
import { NO_SESSION_JOURNAL, type SessionJournal, type StoredSession } from './session-record.ts';

export * from './session-record.ts';

/** What outlives a hub: whatever the journal was told, the next hub finds. `test/contracts/store.ts` tests every implementation. */
export interface Store {
  readonly journal: Journal & SessionJournal;
  /** The hub's clock, milliseconds. It never goes back, and continues from where the last hub's clock ended. */
  readonly now: () => number;
  /** The messages that were retained when the store was opened. */
  readonly retained: readonly Message[];
  /** The sessions that there were when the store was opened. */
  readonly sessions: readonly StoredSession[];
  /** The other hubs, if this one is not alone. */
  readonly peers?: Peers;
  /** What is wrong now: nothing can be kept, or soon nothing will be. */
  failure(): HubError | undefined;
  /** Keeps everything that the journal was told before, and ignores the rest. Rejects with `store/unavailable`. Further calls return the same promise. */
  close(): Promise<void>;
}

/** A store that keeps nothing for the next hub. `now`: the hub's clock, milliseconds; default: one that begins with the time of day. */
export function createEphemeralStore(now: () => number = createClock()): Store {
  return {
    journal: { ...NO_JOURNAL, ...NO_SESSION_JOURNAL },
    now,
    retained: [],
    sessions: [],
    failure: () => undefined,
    close: async () => undefined,
  };
}
