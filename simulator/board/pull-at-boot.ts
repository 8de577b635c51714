import type { Pull } from '../../devices/pins/pins.ts';

/** The pull of a GPIO after reset: up on 0–8, 34–36 and 46–53, down on most others (BCM2835 ARM Peripherals, table 6-31). */
export function pullAtBoot(gpio: number): Pull {
  if (gpio <= 8 || (gpio >= 34 && gpio <= 36) || gpio >= 46) return 'up';
  return [28, 29, 44, 45].includes(gpio) ? 'none' : 'down';
}
