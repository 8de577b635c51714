/** The chip's highest GPIO. */
export const MAX_GPIO = 53;
/**
 * The highest GPIO that DMA reaches, and so the limit for PWM, servo pulses, waves, filters, watchdogs and
 * notifications.
 */
export const MAX_USER_GPIO = 31;
/** The GPIO that pigpiod allows to change by default on a Pi 3 B or 4 B: GPIO 2–27, those on the header. */
export const DEFAULT_UPDATE_MASK = 0x0ffffffcn;
