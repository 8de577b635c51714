import { errnoOf, type SysfsFiles } from '../../../devices/pins/linux/sysfs-files.ts';
import type { FileWrite, Outcome } from './report.ts';

/** Writes to the files of a PWM chip, one after the other, and notes what becomes of each. Runs on a real sysfs as on one in memory. */
export async function perform(
  files: SysfsFiles,
  chip: string,
  writes: readonly FileWrite[],
): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const { file, text } of writes) {
    const path = file === 'export' ? `${chip}/export` : `${chip}/pwm0/${file}`;
    const answer = await files.write(path, text).then(() => 'ok', errnoOf);
    const attributes = await readAttributes(files, `${chip}/pwm0`);
    outcomes.push({ line: `${file} ${text}`, answer: String(answer), ...(attributes && { attributes }) });
  }
  return outcomes;
}

async function readAttributes(files: SysfsFiles, channel: string): Promise<string | undefined> {
  const read = async (name: string) =>
    new TextDecoder().decode(await files.read(`${channel}/${name}`)).trim();
  try {
    return `${await read('period')} ${await read('duty_cycle')} ${await read('enable')}`;
  } catch {
    return undefined;
  }
}
