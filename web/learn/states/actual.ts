import type { HubError } from '../../../hub/core/error.ts';

export interface ActualState {
  readonly topic: string;
  /** Percent, as received from the hub; `undefined` until the first message. */
  readonly desired: number | undefined;
  readonly actual: number | undefined;
  readonly isPluggedIn: boolean;
  /** What the hub has refused last. */
  readonly problem: HubError | undefined;
}

export interface ActualActions {
  readonly wish: (percent: number) => void;
  readonly plug: (isPluggedIn: boolean) => void;
}
