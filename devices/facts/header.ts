/** The function of a header pin; decides its color. */
export type PinRole = 'power-5v' | 'power-3v3' | 'ground' | 'gpio' | 'i2c' | 'spi' | 'uart' | 'eeprom';

/** One of the header's pins. */
export interface HeaderPin {
  /** 1–40, odd numbers in the left column. */
  readonly physical: number;
  readonly role: PinRole;
  /** BCM number; absent for power and ground pins. */
  readonly gpio?: number;
  /** The pin's best-known alternative function. */
  readonly alternative?: string;
}

const power5v = { role: 'power-5v' } as const;
const power3v3 = { role: 'power-3v3' } as const;
const ground = { role: 'ground' } as const;
const pin = (role: PinRole, gpio: number, alternative?: string) =>
  alternative === undefined ? { role, gpio } : { role, gpio, alternative };

/** The 40-pin header J8 of every Raspberry Pi since the 1 B+, pin 1 first. Source: Raspberry Pi documentation, "GPIO". */
export const HEADER_PINS: readonly HeaderPin[] = [
  power3v3,
  power5v,
  pin('i2c', 2, 'SDA'),
  power5v,
  pin('i2c', 3, 'SCL'),
  ground,
  pin('gpio', 4, 'GPCLK0'),
  pin('uart', 14, 'TXD'),
  ground,
  pin('uart', 15, 'RXD'),
  pin('gpio', 17),
  pin('gpio', 18, 'PWM0'),
  pin('gpio', 27),
  ground,
  pin('gpio', 22),
  pin('gpio', 23),
  power3v3,
  pin('gpio', 24),
  pin('spi', 10, 'MOSI'),
  ground,
  pin('spi', 9, 'MISO'),
  pin('gpio', 25),
  pin('spi', 11, 'SCLK'),
  pin('spi', 8, 'CE0'),
  ground,
  pin('spi', 7, 'CE1'),
  pin('eeprom', 0, 'ID_SD'),
  pin('eeprom', 1, 'ID_SC'),
  pin('gpio', 5),
  ground,
  pin('gpio', 6),
  pin('gpio', 12, 'PWM0'),
  pin('gpio', 13, 'PWM1'),
  ground,
  pin('gpio', 19, 'PWM1'),
  pin('gpio', 16),
  pin('gpio', 26),
  pin('gpio', 20),
  ground,
  pin('gpio', 21),
].map((each, index) => ({ ...each, physical: index + 1 }));

/** The header pin of a GPIO, or `undefined` if the GPIO is not on the header. */
export function headerPinOf(gpio: number): HeaderPin | undefined {
  return HEADER_PINS.find((each) => each.gpio === gpio);
}
