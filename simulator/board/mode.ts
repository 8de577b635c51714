/** The functions of a GPIO, in the order of the chip's function-select codes 0–7 (BCM2835 ARM Peripherals, 6.1). */
export const MODES = ['input', 'output', 'alt5', 'alt4', 'alt0', 'alt1', 'alt2', 'alt3'] as const;
export type Mode = (typeof MODES)[number];
