export interface ActualState {
  readonly topic: string;
  /** Percent, as received from the hub; `undefined` until the first message. */
  readonly desired: number | undefined;
  readonly actual: number | undefined;
  readonly isPluggedIn: boolean;
  readonly problem: string;
}

export interface ActualActions {
  readonly wish: (percent: number) => void;
  readonly plug: (isPluggedIn: boolean) => void;
}
