import { type PinRow, type PinTable, readPinTable, rgpiodAddress } from '../../devices/drivers.ts';
import { table } from './banner.ts';
import { type SpokenOptions, wordsOf } from './languages/index.ts';
import { translated, type Words } from './languages/words.ts';

/** `pinhub pins`: prints what each pin of this Raspberry Pi can do. Rejects with `driver/unavailable` on any other computer. */
export async function listPins(options: SpokenOptions): Promise<void> {
  const pins = await readPinTable({ rgpiod: rgpiodAddress(process.env) });
  console.log(describePinTable(pins, wordsOf(options)));
}

/** The threads of rgpiod count microseconds. */
const RGPIOD_NS = 1000;

/** The table as text: a line for each GPIO of the header. */
export function describePinTable(
  { model, configFile, hidden, rows, inputs }: PinTable,
  words: Words,
): string {
  const { pins } = words.output;
  const isUnknown = rows.some(({ state, info }) => !state && !info);
  const hasPio = rows.some(({ line }) => line?.startsWith('dtoverlay=pwm-pio'));
  const notes = [
    translated(words, inputs),
    ...(hidden ? [pins.mayBeMore(translated(words, hidden))] : []),
    ...(isUnknown ? [pins.whoKnows] : []),
    pins.whereLinesGo(configFile),
    ...(hasPio ? [pins.fourPio] : []),
  ];
  const cells = rows.map((row) => cellsOf(row, words));
  return [model, '', table([pins.columns, ...cells]), '', ...notes].join('\n');
}

function cellsOf(row: PinRow, words: Words): string[] {
  const { gpio, physical, state, line = '' } = row;
  const now = state ? `${Number(state.dutyPercent.toFixed(2))} %, ${state.frequencyHz} Hz` : '–';
  return [String(gpio), String(physical), ...pwmOf(row), now, holderOf(row, words), line];
}

function pwmOf({ pwm, channel }: PinRow): [way: string, resolution: string] {
  if (channel) return [channel.kind, `${channel.resolutionNs} ns`];
  return pwm === 'rgpiod' ? ['rgpiod', `${RGPIOD_NS} ns`] : ['–', '–'];
}

/** The name of the program that uses the line, and how; sysfs has no names. */
function holderOf({ state, info }: PinRow, { output: { pins } }: Words): string {
  if (state) return 'sysfs PWM';
  if (!info) return pins.unknown; // Neither the kernel nor rgpiod could be asked.
  if (!info.isUsed) return '–';
  return `${info.user || pins.noName}, ${info.isOutput ? pins.output : pins.input}`;
}
