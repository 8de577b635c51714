import type { HubError } from './error.ts';
import type { Message } from './message.ts';

/**
 * Told of all that must outlive the process, as it happens. Telling takes no time and never fails: what was told in one turn of the event
 * loop is written down together, and who wants to acknowledge it waits until it is safe.
 */
export interface Journal {
  /** Counts up with everything that is told. */
  readonly position: number;
  /** Whether all that was told up to a position is safe. */
  isSafe(position: number): boolean;
  /** Calls back once that is so, at once where it is; or with the reason, where it cannot be made so. Must not throw. */
  whenSafe(position: number, then: (failure?: HubError) => void): void;
  /** Writes down what was told in this turn, now rather than at its end. */
  commit(): void;
  /** A message is retained, in the place of the one before it on its topic. */
  retain(message: Message): void;
  /** Nothing is retained on a topic any more. */
  forget(topic: string): void;
}

/** Keeps nothing, and so has nothing to wait for. */
export const NO_JOURNAL: Journal = {
  position: 0,
  isSafe: () => true,
  whenSafe: (_position, then) => then(),
  commit: () => undefined,
  retain: () => undefined,
  forget: () => undefined,
};

/** Resolves once all that was told up to now is safe. Rejects with `store/unavailable` where it cannot be made so. */
export function untilSafe(journal: Journal): Promise<void> {
  return new Promise((resolve, reject) => {
    journal.whenSafe(journal.position, (failure) => (failure ? reject(failure) : resolve()));
  });
}
