/**
 * The answer of a virtual Pi's daemon to CF1. pigpio reserves CF1 for custom builds, and by default it answers 0. A hub that looks for
 * hardware uses this answer to tell another hub's virtual Pi from a real one.
 */
export const VIRTUAL_MARK = 0x70_69_6e;
