import { type PinRow, type PinTable, readPinTable } from '../../devices/drivers.ts';
import { table } from './banner.ts';

/** `pinhub pins`: prints what each pin of this Raspberry Pi can do. Rejects with `driver/unavailable` on any other computer. */
export async function listPins(): Promise<void> {
  console.log(describePinTable(await readPinTable()));
}

const HEAD = ['GPIO', 'PIN', 'PWM', 'RESOLUTION', 'NOW', 'TO GET PWM'];

/** The table as text: a line for each GPIO of the header. */
export function describePinTable({ model, rows }: PinTable): string {
  const advice =
    "Lines go into /boot/firmware/config.txt, then reboot. The kernel's PWM has no inputs; see docs/wiring.md.";
  return [model, '', table([HEAD, ...rows.map(cellsOf)]), '', advice].join('\n');
}

function cellsOf({ gpio, physical, channel, state, line = '' }: PinRow): string[] {
  if (!channel) return [String(gpio), String(physical), '–', '–', '–', line];
  const now = state ? `${Number(state.dutyPercent.toFixed(2))} %, ${state.frequencyHz} Hz` : 'unused';
  return [String(gpio), String(physical), channel.kind, `${channel.resolutionNs} ns`, now, ''];
}
