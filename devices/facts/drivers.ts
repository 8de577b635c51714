/** Pinhub's own drivers, by the names that `--driver` takes. All have the GPIOs of a Raspberry Pi; a plug-in's driver may have those of another board. */
export const BUILT_IN_DRIVERS = ['virtual', 'pigpiod', 'pigpio', 'linux', 'sysfs', 'rgpiod'] as const;

/** The name that selects the first driver that fits. */
export const AUTO = 'auto';

export type BuiltInDriver = (typeof BUILT_IN_DRIVERS)[number];

/** Whether a driver has the pins of a Raspberry Pi's header. On another board, GPIO 21 is in a different place. */
export function hasPiHeader(driver: string | undefined): boolean {
  return BUILT_IN_DRIVERS.some((name) => name === driver);
}
