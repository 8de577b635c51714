import type { HubError } from './error.ts';
import type { Message } from './message.ts';

/**
 * Told of everything that must outlive the process, as it happens. Telling is quick and never fails: all changes of one turn of the event
 * loop are written together. To acknowledge a change, wait until it is safe.
 */
export interface Journal {
  /** Counts the changes told so far. */
  readonly position: number;
  /** Whether all changes up to a position are safe. */
  isSafe(position: number): boolean;
  /** Calls back once they are safe (within the call, if they are already), or with the reason why they cannot be. Must not throw. */
  whenSafe(position: number, then: (failure?: HubError) => void): void;
  /** Writes the changes of this turn now instead of at its end. */
  commit(): void;
  /** A message is retained; it replaces the one before on its topic. */
  retain(message: Message): void;
  /** A topic has no retained message from now on. */
  forget(topic: string): void;
}

/** Keeps nothing, so there is nothing to wait for. */
export const NO_JOURNAL: Journal = {
  position: 0,
  isSafe: () => true,
  whenSafe: (_position, then) => then(),
  commit: () => undefined,
  retain: () => undefined,
  forget: () => undefined,
};

/** Resolves once all changes told so far are safe. Rejects with `store/unavailable` if they cannot be. */
export function untilSafe(journal: Journal): Promise<void> {
  return new Promise((resolve, reject) => {
    journal.whenSafe(journal.position, (failure) => (failure ? reject(failure) : resolve()));
  });
}
