import { cells, type MemoryChip, type MemorySysfsOptions, texts } from './memory-sysfs.ts';

type Tree = Pick<MemorySysfsOptions, 'tree'>;

/** The chip of `dtoverlay=pwm-gpio,gpio=…`. */
export function timerChip(gpio: number, name: string): MemoryChip {
  return { name, npwm: 1, node: { compatible: texts('pwm-gpio'), gpios: cells(7, gpio, 0) } };
}

/** The chip of `dtoverlay=pwm-pio,gpio=…` on a Pi 5. */
export function pioChip(gpio: number, name: string): MemoryChip {
  const node = { compatible: texts('raspberrypi,pwm-pio-rp1'), gpios: cells(7, gpio, 0) };
  return { name, npwm: 1, node };
}

/** 50 MHz, as in Raspberry Pi's kernels. */
const CLOCK = { 'assigned-clock-rates': cells(50_000_000) };

/** The PWM block of a Pi up to 4, with `dtoverlay=pwm-2chan`. */
export const BCM_CHIP: MemoryChip = {
  name: 'pwmchip0',
  npwm: 2,
  node: { compatible: texts('brcm,bcm2835-pwm'), 'pinctrl-0': cells(0x2a), ...CLOCK },
};

/** The PWM block of a Pi 5, with the same overlay. */
export const RP1_CHIP: MemoryChip = {
  name: 'pwmchip2',
  npwm: 4,
  node: { compatible: texts('raspberrypi,rp1-pwm'), 'pinctrl-0': cells(0x2a), ...CLOCK },
};

/** The block of the Pi 5's fan, whose pin is not on the header. */
export const FAN_CHIP: MemoryChip = {
  name: 'pwmchip0',
  npwm: 4,
  node: { compatible: texts('raspberrypi,rp1-pwm'), 'pinctrl-0': cells(0x2b), ...CLOCK },
};

/** The header has 26 pins. */
export const PI_1: Tree = {
  tree: {
    model: texts('Raspberry Pi Model B Rev 2'),
    compatible: texts('raspberrypi,model-b-rev2', 'brcm,bcm2835'),
  },
};

export const PI_4: Tree = {
  tree: {
    model: texts('Raspberry Pi 4 Model B Rev 1.4'),
    compatible: texts('raspberrypi,4-model-b', 'brcm,bcm2711'),
    'soc/gpio@7e200000/pwm_pins/phandle': cells(0x2a),
    'soc/gpio@7e200000/pwm_pins/brcm,pins': cells(18, 19),
  },
};

export const PI_5: Tree = {
  tree: {
    model: texts('Raspberry Pi 5 Model B Rev 1.0'),
    compatible: texts('raspberrypi,5-model-b', 'brcm,bcm2712'),
    'axi/pcie@1000120000/rp1/gpio@d0000/pwm_pins/phandle': cells(0x2a),
    'axi/pcie@1000120000/rp1/gpio@d0000/pwm_pins/brcm,pins': cells(18, 19),
    'axi/pcie@1000120000/rp1/gpio@d0000/fan_pins/phandle': cells(0x2b),
    'axi/pcie@1000120000/rp1/gpio@d0000/fan_pins/pins': texts('gpio45'),
  },
};
