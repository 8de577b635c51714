import type { Seat } from '../../../classroom/seat.ts';
import type { KeptRefusal } from '../../refusal-ring.ts';
import type { Administration } from '../admin/administration.ts';
import { toTime } from '../admin/define.ts';

/** A refusal of the hub to a seat. */
export interface SeatRefusal {
  /** When, in ISO 8601. */
  readonly at: string;
  readonly code: string;
  readonly message: string;
}

/**
 * Finds the last refusal to a seat since it was taken: an earlier seat may have had its name. Refusals because the class is paused do not count: the teacher
 * wants those. Looks at all refusals once, when it is first asked.
 */
export function seatRefusals(
  administration: Pick<Administration, 'hub' | 'refusals'>,
): (seat: Seat) => SeatRefusal | undefined {
  let newest: Map<string, KeptRefusal> | undefined;
  return ({ seat, since }) => {
    newest ??= newestByUser(administration.refusals.newest);
    const found = newest.get(seat);
    if (!found) return undefined;
    const at = toTime(administration, found.lastAt);
    return at < since ? undefined : { at, code: found.code, message: found.message };
  };
}

function newestByUser(newestFirst: readonly KeptRefusal[]): Map<string, KeptRefusal> {
  const found = new Map<string, KeptRefusal>();
  for (const refusal of newestFirst) {
    const { user, code } = refusal;
    if (user !== undefined && code !== 'class/paused' && !found.has(user)) found.set(user, refusal);
  }
  return found;
}
