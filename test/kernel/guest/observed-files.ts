import { type Attribute, REAL_FILES, type SysfsFiles } from '../../../devices/pins/linux/sysfs-files.ts';
import { errnoOf } from './errno.ts';
import type { ObservedWrite, Registers } from './report.ts';

/** The real /sys, and what was done to it. */
export interface ObservedFiles extends SysfsFiles {
  /** Everything that happened to attributes since the last call. */
  takeWrites(): readonly ObservedWrite[];
  /** Attributes that could not be opened: `period EACCES`. */
  readonly refusedOpens: readonly string[];
}

/** Watches the driver's writes to attributes, and reads the registers after each, before the driver continues. */
export function observeFiles(look: () => Promise<Registers>): ObservedFiles {
  const writes: ObservedWrite[] = [];
  const refusedOpens: string[] = [];

  const observe = (name: string, attribute: Attribute): Attribute => ({
    ...attribute,
    async write(text) {
      const line = `${name} ${text}`;
      try {
        await attribute.write(text);
      } catch (error) {
        writes.push({ line, errno: errnoOf(error), registers: await look() });
        throw error;
      }
      writes.push({ line, registers: await look() });
    },
  });

  return {
    ...REAL_FILES,
    refusedOpens,
    takeWrites: () => writes.splice(0),
    async open(path, options) {
      const name = path.slice(path.lastIndexOf('/') + 1);
      try {
        return observe(name, await REAL_FILES.open(path, options));
      } catch (error) {
        refusedOpens.push(`${name} ${errnoOf(error)}`);
        throw error;
      }
    },
  };
}
