import type { HeaderPin } from '../../../devices/facts/header.ts';
import type { InstrumentFormat } from '../../shared/format.ts';

export { HEADER_PINS, type HeaderPin, headerPinOf } from '../../../devices/facts/header.ts';

/** What the pin is called in print: `GPIO 21`, `GND`, `5 V`, and by the customs of a language `3.3 V` or `3,3 V`. */
export function pinName({ role, gpio }: HeaderPin, { number }: Pick<InstrumentFormat, 'number'>): string {
  if (gpio !== undefined) return `GPIO ${gpio}`;
  if (role === 'ground') return 'GND';
  return `${number(role === 'power-5v' ? 5 : 3.3)} V`;
}
