import { HEADER_PINS } from '../facts/header.ts';

/** The pins that a device may use: those of the header, except the two for the EEPROM of add-on boards. Ascending. */
export const HEADER_GPIOS: readonly number[] = HEADER_PINS.flatMap(({ gpio }) => gpio ?? [])
  .filter((gpio) => gpio > 1)
  .sort((one, other) => one - other);
