export interface ActualState {
  readonly topic: string;
  /** Percent, as the hub says; `undefined` while it has said nothing. */
  readonly desired: number | undefined;
  readonly actual: number | undefined;
  readonly isPluggedIn: boolean;
  readonly problem: string;
}

export interface ActualActions {
  readonly wish: (percent: number) => void;
  readonly plug: (isPluggedIn: boolean) => void;
}
