import type { HubError } from '../../../hub/core/error.ts';
import type { Verdict, Wave } from '../model/waves.ts';

export interface PwmState {
  readonly topic: string;
  /** The number of the wave on the screen. */
  readonly round: number;
  readonly wave: Wave;
  /** The positions of the two cursors, milliseconds. */
  readonly cursors: readonly [number, number];
  readonly typed: { readonly onMs: string; readonly periodMs: string; readonly duty: string };
  /** `unread`: what was typed is not three numbers. */
  readonly verdict: Verdict | 'unread' | undefined;
  /** The lamp's duty cycle, percent, as received from the hub. */
  readonly light: number;
  /** Whether the lamp is shown in slow motion, one period per second. */
  readonly isSlow: boolean;
  /** What the hub has refused last. */
  readonly problem: HubError | undefined;
}

export interface PwmActions {
  readonly move: (cursor: 0 | 1, toMs: number) => void;
  readonly type: (field: keyof PwmState['typed'], text: string) => void;
  readonly check: () => void;
  readonly slow: (isSlow: boolean) => void;
}
