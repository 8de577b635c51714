/**
 * What the daemon of a virtual Pi answers to CF1, which pigpio leaves to whoever builds it and which answers 0 as it comes. By it a hub
 * that looks for hardware tells another hub's virtual Pi from a real one.
 */
export const VIRTUAL_MARK = 0x70_69_6e;
