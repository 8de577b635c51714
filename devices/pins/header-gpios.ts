import { HEADER_PINS } from '../facts/header.ts';

/** The pins that a device may have: those of the header without the two of the EEPROM of add-on boards. Ascending. */
export const HEADER_GPIOS: readonly number[] = HEADER_PINS.flatMap(({ gpio }) => gpio ?? [])
  .filter((gpio) => gpio > 1)
  .sort((one, other) => one - other);
