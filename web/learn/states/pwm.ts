import type { Verdict, Wave } from '../model/waves.ts';

export interface PwmState {
  readonly topic: string;
  /** The wave on the screen. */
  readonly round: number;
  readonly wave: Wave;
  /** Where the two cursors stand, milliseconds. */
  readonly cursors: readonly [number, number];
  readonly typed: { readonly onMs: string; readonly periodMs: string; readonly duty: string };
  readonly verdict: Verdict | 'unread' | undefined;
  /** What the lamp does, percent, as the hub says. */
  readonly light: number;
  /** Whether the lamp is shown in slow motion, one period a second. */
  readonly isSlow: boolean;
  readonly problem: string;
}

export interface PwmActions {
  readonly move: (cursor: 0 | 1, toMs: number) => void;
  readonly type: (field: keyof PwmState['typed'], text: string) => void;
  readonly check: () => void;
  readonly slow: (isSlow: boolean) => void;
}
