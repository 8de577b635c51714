import type { HubError } from '../../../hub/core/error.ts';

/** An event; lists of them are newest first. */
export interface WillEvent {
  readonly what: 'plugged' | 'pulled' | 'left' | 'said-goodbye' | 'status';
  /** The received status, for `status`. */
  readonly status: string;
}

export interface WillState {
  readonly topic: string;
  readonly status: string | undefined;
  readonly lamp: 'away' | 'coming' | 'here';
  readonly events: readonly WillEvent[];
  /** What the hub has refused last. */
  readonly problem: HubError | undefined;
}

export interface WillActions {
  readonly plugIn: () => void;
  readonly pullPlug: () => void;
  readonly leave: () => void;
  readonly sayGoodbye: () => void;
}
