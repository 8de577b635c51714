import type { HubError } from '../../../hub/core/error.ts';

/** A late subscriber, with what the hub had for it. */
export interface Joiner {
  readonly number: number;
  /** The retained value; `undefined` if there was none. */
  readonly saw: string | undefined;
}

export interface RetainedState {
  readonly topic: string;
  readonly value: number;
  readonly isRetained: boolean;
  /** The last published message. */
  readonly sent: { readonly payload: string; readonly isRetained: boolean } | undefined;
  /** Newest first. */
  readonly joiners: readonly Joiner[];
  readonly isBusy: boolean;
  /** What the hub has refused last. */
  readonly problem: HubError | undefined;
}

export interface RetainedActions {
  readonly choose: (value: number) => void;
  readonly retain: (isRetained: boolean) => void;
  readonly publish: () => void;
  readonly clear: () => void;
  readonly join: () => void;
}
