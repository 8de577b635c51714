import { firstValueFrom } from 'rxjs';
import { createLinuxPins } from '../../../devices/drivers.ts';
import { SECOND_BLOCK } from './blocks.ts';
import { observeFiles } from './observed-files.ts';
import type { PhysicalMemory } from './registers.ts';
import type { Change, Changed } from './report.ts';

/** Makes changes to the light on GPIO 19, one after the other. */
export async function change(memory: PhysicalMemory, changes: readonly Change[]): Promise<Changed[]> {
  const look = () => memory.channel(SECOND_BLOCK.address, 1);
  const files = observeFiles(look);
  const pins = await createLinuxPins({ files });
  const pin = await pins.pwm(19, 'led/19');
  const all: Changed[] = [];
  for (const change of changes) {
    const before = await firstValueFrom(pin.state$);
    const after =
      'dutyPercent' in change
        ? await pin.setDuty(change.dutyPercent)
        : await pin.setFrequency(change.frequencyHz);
    const writes = files.takeWrites();
    all.push({ change, before, after, writes, registers: writes.at(-1)?.registers ?? (await look()) });
  }
  await pins.close();
  return all;
}
