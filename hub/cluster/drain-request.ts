import { z } from 'zod';
import type { DrainState } from './drain.ts';
import { decodeJson, encodeJson } from './json.ts';
import type { Member } from './members.ts';

const PROGRESS = z.object({
  /** The sessions left to move; `undefined` if the hub has not started yet. */
  left: z.object({ connected: z.int(), sessions: z.int() }).optional(),
});

/** The progress of a hub that drains. */
export type Progress = Readonly<z.infer<typeof PROGRESS>>;

/** The channel on which a hub is asked to drain and end, and to report its progress. The hub's next process must not receive the request. */
export function drainChannel({ hub, epoch }: Pick<Member, 'hub' | 'epoch'>): string {
  return `drain-${hub}-${epoch}`;
}

export function encodeProgress(left: DrainState | undefined): Uint8Array {
  return encodeJson({ left });
}

/** Throws `ZodError` if the answer comes from another program. */
export function decodeProgress(bytes: Uint8Array): Progress {
  return PROGRESS.parse(decodeJson(bytes));
}
