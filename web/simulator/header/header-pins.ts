import type { HeaderPin } from '../../../devices/facts/header.ts';
import type { InstrumentFormat } from '../../shared/format.ts';

export { HEADER_PINS, type HeaderPin, headerPinOf } from '../../../devices/facts/header.ts';

/** The printed name of the pin: `GPIO 21`, `GND`, `5 V`, and `3.3 V` or `3,3 V` depending on the language. */
export function pinName({ role, gpio }: HeaderPin, { number }: Pick<InstrumentFormat, 'number'>): string {
  if (gpio !== undefined) return `GPIO ${gpio}`;
  if (role === 'ground') return 'GND';
  return `${number(role === 'power-5v' ? 5 : 3.3)} V`;
}
