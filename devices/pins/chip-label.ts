/** How the kernel labels the chip of the header's pins: on a Pi 5, on a Pi 4, on all before. */
const LABELS: readonly string[] = ['pinctrl-rp1', 'pinctrl-bcm2711', 'pinctrl-bcm2835'];

/** Whether a GPIO chip has the header's pins, by its label: its number depends on the kernel, and identifies nothing. */
export function isHeaderChip(label: string): boolean {
  return LABELS.includes(label);
}
