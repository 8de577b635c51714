import type { HubError } from '../../../hub/core/error.ts';
import type { Exchange } from '../model/ways.ts';

export type WayId = 'polling' | 'longPolling' | 'webSocket';

/** The record of one way. Times count from the start of the run. */
export interface Track {
  readonly way: WayId;
  readonly exchanges: readonly Exchange[];
  readonly bytes: number;
  /** The number of requests for a value that returned none. */
  readonly inVain: number;
  /** The delays from publishing to the arrival of each value, milliseconds. */
  readonly delaysMs: readonly number[];
}

export interface ConnectionState {
  readonly topic: string;
  readonly isRunning: boolean;
  /** The head of a request, as it arrived at the hub; `undefined` until it is known. */
  readonly head: string | undefined;
  readonly published: readonly number[];
  readonly tracks: readonly Track[];
  readonly answers: { readonly inVain?: WayId; readonly cheapest?: WayId };
  /** What the hub has refused last. */
  readonly problem: HubError | undefined;
}

export interface ConnectionActions {
  readonly run: () => void;
  readonly answer: (question: keyof ConnectionState['answers'], way: WayId) => void;
}

/** The right answers. */
export const ANSWERS: Required<ConnectionState['answers']> = { inVain: 'polling', cheapest: 'webSocket' };

/** The duration of a run, milliseconds. */
export const RUN_MS = 7_000;
