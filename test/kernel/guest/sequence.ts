import type { SysfsFiles } from '../../../devices/pins/linux/sysfs-files.ts';
import { errnoOf } from './errno.ts';
import type { FileWrite, Outcome } from './report.ts';

/** Writes to the files of a PWM chip, one after the other. Runs on a real sysfs as well as on one in memory. */
export async function perform(
  files: SysfsFiles,
  chip: string,
  writes: readonly FileWrite[],
): Promise<Outcome> {
  const answers: string[] = [];
  for (const { file, text } of writes) {
    const path = file === 'export' ? `${chip}/export` : `${chip}/pwm0/${file}`;
    const answer = await files.write(path, text).then(() => 'ok', errnoOf);
    answers.push(`${file} ${text}: ${answer}`);
  }
  const read = async (name: string) => new TextDecoder().decode(await files.read(`${chip}/pwm0/${name}`));
  const values = [await read('period'), await read('duty_cycle'), await read('enable')];
  return { answers, attributes: values.map((value) => value.trim()) };
}
