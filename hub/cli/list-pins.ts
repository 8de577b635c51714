import { type PinRow, type PinTable, readPinTable, rgpiodAddress } from '../../devices/drivers.ts';
import { table } from './banner.ts';

/** `pinhub pins`: prints what each pin of this Raspberry Pi can do. Rejects with `driver/unavailable` on any other computer. */
export async function listPins(): Promise<void> {
  console.log(describePinTable(await readPinTable({ rgpiod: rgpiodAddress(process.env) })));
}

const HEAD = ['GPIO', 'PIN', 'PWM', 'RESOLUTION', 'NOW', 'HELD BY', 'FOR PWM OF THE KERNEL'];

/** Neither the kernel nor rgpiod could be asked who holds the line. */
const UNKNOWN = 'unknown';

/** The threads of rgpiod count microseconds. */
const RGPIOD_NS = 1000;

/** The table as text: a line for each GPIO of the header. */
export function describePinTable({ model, configFile, hidden, rows, inputs }: PinTable): string {
  const isUnknown = rows.some((row) => holderOf(row) === UNKNOWN);
  const hasPio = rows.some(({ line }) => line?.startsWith('dtoverlay=pwm-pio'));
  const notes = [
    inputs,
    ...(hidden ? [`There may be more PWM: ${hidden}.`] : []),
    ...(isUnknown ? ['Who holds a pin is told by rgpiod, or by the GPIO character device.'] : []),
    `Lines go into ${configFile}, then reboot; see docs/wiring.md.`,
    ...(hasPio ? ['Four pins at most can have pwm-pio.'] : []),
  ];
  return [model, '', table([HEAD, ...rows.map(cellsOf)]), '', ...notes].join('\n');
}

function cellsOf(row: PinRow): string[] {
  const { gpio, physical, state, line = '' } = row;
  const now = state ? `${Number(state.dutyPercent.toFixed(2))} %, ${state.frequencyHz} Hz` : '–';
  return [String(gpio), String(physical), ...pwmOf(row), now, holderOf(row), line];
}

function pwmOf({ pwm, channel }: PinRow): [way: string, resolution: string] {
  if (channel) return [channel.kind, `${channel.resolutionNs} ns`];
  return pwm === 'rgpiod' ? ['rgpiod', `${RGPIOD_NS} ns`] : ['–', '–'];
}

/** The name of who has the line, and in which way; sysfs has no names. */
function holderOf({ state, info }: PinRow): string {
  if (state) return 'sysfs PWM';
  if (!info) return UNKNOWN;
  if (!info.isUsed) return '–';
  return `${info.user || 'no name'}, ${info.isOutput ? 'output' : 'input'}`;
}
