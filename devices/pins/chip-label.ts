/** The kernel's labels for the chip with the header's pins: on a Pi 5, on a Pi 4, on all earlier ones. */
const LABELS: readonly string[] = ['pinctrl-rp1', 'pinctrl-bcm2711', 'pinctrl-bcm2835'];

/** Whether a GPIO chip has the header's pins, by its label. Its number depends on the kernel, so it does not identify the chip. */
export function isHeaderChip(label: string): boolean {
  return LABELS.includes(label);
}
