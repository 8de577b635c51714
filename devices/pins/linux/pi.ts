import { HEADER_PINS } from '../../facts/header.ts';
import { errnoOf } from '../errno.ts';
import { HEADER_GPIOS } from '../header-gpios.ts';
import { DEVICE_TREE, readTexts } from './device-tree.ts';
import type { SysfsFiles } from './sysfs-files.ts';

/** The Raspberry Pi model. */
export interface Pi {
  /** The firmware's name for it: `Raspberry Pi 5 Model B Rev 1.0`. */
  readonly model: string;
  /** Whether the RP1 drives its pins: Pi 5, 500, CM5. */
  readonly hasRp1: boolean;
  /** Whether it has the 26-pin header of the first models. */
  readonly hasShortHeader: boolean;
  /** The file where its firmware reads `dtoverlay=…`. */
  readonly configFile: string;
}

/** The first is used since Raspberry Pi OS 12, the second before; on OS 12 the second only contains a note that names the first. */
const CONFIG_FILE = '/boot/firmware/config.txt';
const OLD_CONFIG_FILE = '/boot/config.txt';

/** The Pi that the device tree describes; `undefined` on any other computer. */
export async function readPi(files: SysfsFiles): Promise<Pi | undefined> {
  const [model = ''] = await readTexts(files, `${DEVICE_TREE}/model`);
  if (!model.startsWith('Raspberry Pi')) return undefined;
  const compatible = await readTexts(files, `${DEVICE_TREE}/compatible`);
  return {
    model,
    hasRp1: compatible.includes('brcm,bcm2712'),
    hasShortHeader: /^Raspberry Pi Model [AB] Rev/.test(model),
    configFile: await findConfigFile(files),
  };
}

async function findConfigFile(files: SysfsFiles): Promise<string> {
  const isOld = !(await isThere(files, CONFIG_FILE)) && (await isThere(files, OLD_CONFIG_FILE));
  return isOld ? OLD_CONFIG_FILE : CONFIG_FILE;
}

async function isThere(files: SysfsFiles, path: string): Promise<boolean> {
  return files.read(path).then(
    () => true,
    (error) => errnoOf(error) !== 'ENOENT',
  );
}

/** The number of pins on the first models' header. They match the first pins of the 40-pin header. */
const SHORT_HEADER_PINS = 26;

/** The GPIOs on the header of this Pi, ascending. */
export function headerGpiosOf({ hasShortHeader }: Pi): readonly number[] {
  if (!hasShortHeader) return HEADER_GPIOS;
  const header = HEADER_PINS.slice(0, SHORT_HEADER_PINS);
  return HEADER_GPIOS.filter((gpio) => header.some((pin) => pin.gpio === gpio));
}

/** The config.txt line that gives a GPIO a PWM channel, of the best kind that the board has for it. */
export function overlayFor(gpio: number, pi: Pi): string {
  if (gpio === 18 && pi.hasShortHeader) return 'dtoverlay=pwm';
  if (gpio === 18 || gpio === 19) return 'dtoverlay=pwm-2chan';
  if (gpio === 12 || gpio === 13) return 'dtoverlay=pwm-2chan,pin=12,func=4,pin2=13,func2=4';
  return `dtoverlay=${pi.hasRp1 ? 'pwm-pio' : 'pwm-gpio'},gpio=${gpio}`;
}

/** Advice on how to give a GPIO a PWM channel. */
export function adviceFor(gpio: number, pi: Pi): string {
  return `add the line ${overlayFor(gpio, pi)} to ${pi.configFile} and reboot`;
}
