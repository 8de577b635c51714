/** The highest GPIO of the chip. */
export const MAX_GPIO = 53;
/** The highest GPIO that DMA reaches: PWM, servo pulses, waves, filters, watchdogs, notifications. */
export const MAX_USER_GPIO = 31;
/** What pigpiod lets be changed on a Pi 3 B or 4 B unless told otherwise: GPIO 2–27, those on the header. */
export const DEFAULT_UPDATE_MASK = 0x0ffffffcn;
