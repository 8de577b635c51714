import { expect, it } from 'vitest';
import { readPiRevision } from '../../../../devices/pins/linux/pi-revision.ts';
import type { SysfsFiles } from '../../../../devices/pins/linux/sysfs-files.ts';
import { cells, createMemorySysfs } from './memory-sysfs.ts';

/** Another computer's files, with a /proc/cpuinfo. */
function withCpuinfo(text: string): SysfsFiles {
  const files = createMemorySysfs({ chips: [] });
  const read = async (path: string) =>
    path === '/proc/cpuinfo' ? new TextEncoder().encode(text) : files.read(path);
  return { ...files, read };
}

it('is in the device tree, without the bits about warranty', async () => {
  const tree = { 'system/linux,revision': cells(0x02d04170) };
  expect(await readPiRevision(createMemorySysfs({ chips: [], tree }))).toBe(0xd04170);
});

it('is in /proc/cpuinfo on older kernels', async () => {
  const text = 'processor\t: 0\n\nHardware\t: BCM2835\nRevision\t: a03111\nSerial\t\t: 10000000abcdef12\n';
  expect(await readPiRevision(withCpuinfo(text))).toBe(0xa03111);
});

it('is reported as unreadable if it is masked', async () => {
  const masked = async () => {
    throw Object.assign(new Error('EACCES'), { code: 'EACCES' });
  };
  await expect(readPiRevision({ ...createMemorySysfs({ chips: [] }), read: masked })).rejects.toMatchObject({
    code: 'driver/unavailable',
    message: '/sys/firmware/devicetree/base/system/linux,revision cannot be read: EACCES',
  });
});

it('is unknown on any other computer', async () => {
  expect(
    await readPiRevision(withCpuinfo('model name\t: Xeon\nRevision\t: 2.1 (pvr 004d 0201)\n')),
  ).toBeUndefined();
  expect(await readPiRevision(createMemorySysfs({ chips: [] }))).toBeUndefined();
});
