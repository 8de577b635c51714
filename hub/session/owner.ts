import { ALL_RIGHTS, type Rights } from '../core/rights.ts';

/** Whose a session is. Nobody else may go on with it, or end it. */
export interface SessionOwner {
  readonly name: string;
  /** Tells the owner from who had the name before; empty where that is not known, or nobody is asked. */
  readonly holder: string;
  /** What lets the owner in; see `endAllOn`. */
  readonly grounds: readonly string[];
  readonly rights: Rights;
}

/** The owner of sessions that belong to nobody, being of a hub that asks nobody. */
const ANYONE = 'anyone';

export const EVERYONE: SessionOwner = { name: ANYONE, holder: '', grounds: [], rights: ALL_RIGHTS };

/** A hub may ask who comes in at one time and not at another: what belonged to nobody may be taken up by anybody, and the other way round. */
export function isSomebodyElse({ name: one }: SessionOwner, { name: other }: SessionOwner): boolean {
  return one !== other && one !== ANYONE && other !== ANYONE;
}
