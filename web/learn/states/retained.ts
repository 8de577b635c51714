/** Somebody who came late: what the hub had for them. */
export interface Joiner {
  readonly number: number;
  /** The retained value; `undefined` if there was none. */
  readonly saw: string | undefined;
}

export interface RetainedState {
  readonly topic: string;
  readonly value: number;
  readonly isRetained: boolean;
  /** What was published last. */
  readonly sent: { readonly payload: string; readonly isRetained: boolean } | undefined;
  /** The newest first. */
  readonly joiners: readonly Joiner[];
  readonly isBusy: boolean;
  readonly problem: string;
}

export interface RetainedActions {
  readonly choose: (value: number) => void;
  readonly retain: (isRetained: boolean) => void;
  readonly publish: () => void;
  readonly clear: () => void;
  readonly join: () => void;
}
