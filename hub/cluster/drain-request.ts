import { z } from 'zod';
import type { DrainState } from './drain.ts';
import { decodeJson, encodeJson } from './json.ts';

const PROGRESS = z.object({
  /** What is left to move; `undefined` if the hub has not begun yet. */
  left: z.object({ connected: z.int(), sessions: z.int() }).optional(),
});

/** How far a hub is that drains. */
export type Progress = Readonly<z.infer<typeof PROGRESS>>;

/** The channel on which a hub is asked to drain and to end, and how far it is. */
export function drainChannel(hub: string): string {
  return `drain-${hub}`;
}

export function encodeProgress(left: DrainState | undefined): Uint8Array {
  return encodeJson({ left });
}

/** Throws `ZodError` if another program has answered. */
export function decodeProgress(bytes: Uint8Array): Progress {
  return PROGRESS.parse(decodeJson(bytes));
}
