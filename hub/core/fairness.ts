/** An owner may hold this many times what is free. */
const FAIR_FACTOR = 8;

/**
 * Whether an owner may take more of what several share: as long as it holds at most `FAIR_FACTOR` times what is free, so that something is
 * always left for owners who hold little (Choudhury and Hahne's dynamic thresholds). A sole owner is exempt.
 */
export function isFair(held: number, free: number, isSole: boolean): boolean {
  return isSole || held <= free * FAIR_FACTOR;
}
