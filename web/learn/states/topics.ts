import type { ErrorCode } from '../../../hub/core/error.ts';

/** A small house: every topic below `house`, with its payload. */
export const HOUSE: ReadonlyMap<string, string> = new Map([
  ['house/kitchen/temperature', '21.5'],
  ['house/kitchen/light', 'on'],
  ['house/kitchen/light/power', '40'],
  ['house/bedroom/temperature', '19'],
  ['house/bedroom/light', 'off'],
  ['house/garden/temperature', '14'],
  ['house/garden/gate', 'closed'],
]);

/** The topics that a filter matched. */
export interface Catch {
  readonly filter: string;
  readonly caught: readonly string[];
  /** Topics that the step requires but that did not arrive. */
  readonly missing: readonly string[];
  /** Topics that arrived although the step does not require them. */
  readonly extra: readonly string[];
  readonly error?: { readonly code: ErrorCode; readonly message: string };
}

export interface TopicsState {
  readonly typed: string;
  readonly isTrying: boolean;
  readonly last: Catch | undefined;
  readonly base: string;
}

export interface TopicsActions {
  readonly type: (filter: string) => void;
  readonly try: () => void;
}
