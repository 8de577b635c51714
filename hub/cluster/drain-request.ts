import { z } from 'zod';
import type { DrainState } from './drain.ts';
import { decodeJson, encodeJson } from './json.ts';
import type { Member } from './members.ts';

const PROGRESS = z.object({
  /** What is left to move; `undefined` if the hub has not begun yet. */
  left: z.object({ connected: z.int(), sessions: z.int() }).optional(),
});

/** How far a hub is that drains. */
export type Progress = Readonly<z.infer<typeof PROGRESS>>;

/** The channel on which a hub is asked to drain and to end, and how far it is. The next process of the hub must not hear it. */
export function drainChannel({ hub, epoch }: Pick<Member, 'hub' | 'epoch'>): string {
  return `drain-${hub}-${epoch}`;
}

export function encodeProgress(left: DrainState | undefined): Uint8Array {
  return encodeJson({ left });
}

/** Throws `ZodError` if another program has answered. */
export function decodeProgress(bytes: Uint8Array): Progress {
  return PROGRESS.parse(decodeJson(bytes));
}
