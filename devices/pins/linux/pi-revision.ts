import { DEVICE_TREE, readCells } from './device-tree.ts';
import { REAL_FILES, readIfThere, type SysfsFiles } from './sysfs-files.ts';

/** The upper bits of a revision code are about warranty and overvoltage, and differ between Pis of the same model. */
const KIND_BITS = 0x00ff_ffff;

/**
 * The revision code of this Raspberry Pi (Raspberry Pi documentation, "Revision codes"), from the firmware's device tree or from
 * /proc/cpuinfo; `undefined` on any other computer. Rejects with `driver/unavailable` if it exists but cannot be read.
 */
export async function readPiRevision(files: SysfsFiles = REAL_FILES): Promise<number | undefined> {
  const [cell] = await readCells(files, `${DEVICE_TREE}/system/linux,revision`);
  const revision = cell ?? (await readCpuinfo(files));
  return revision === undefined ? undefined : revision & KIND_BITS;
}

async function readCpuinfo(files: SysfsFiles): Promise<number | undefined> {
  const bytes = await readIfThere(files, '/proc/cpuinfo');
  const hex = /^Revision\s*:\s*([0-9a-f]{4,8})$/m.exec(new TextDecoder().decode(bytes))?.[1];
  return hex === undefined ? undefined : Number.parseInt(hex, 16);
}
