import { mkdir, mkdtemp, open, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { errnoOf } from '../../../../devices/pins/errno.ts';
import { REAL_FILES } from '../../../../devices/pins/linux/sysfs-files.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pinhub-sysfs-'));
});
afterEach(() => rm(folder, { recursive: true }));

test.each([true, false])(
  'an attribute is read and written from its beginning, as often as one likes (prompt: %s)',
  async (isPrompt) => {
    const path = join(folder, 'period');
    await writeFile(path, '0\n');
    const attribute = await REAL_FILES.open(path, { isPrompt });
    expect(await attribute.read()).toBe('0');
    await attribute.write('1250000');
    expect(await attribute.read()).toBe('1250000');
    await attribute.write('2500000');
    expect(await attribute.read()).toBe('2500000');
    await attribute.close();
    for (const late of [attribute.read(), attribute.write('0')])
      expect(await late.catch(errnoOf)).toBe('EBADF');
  },
);

test.each([true, false])(
  'a closed attribute does not touch the file that has its number by now (prompt: %s)',
  async (isPrompt) => {
    const [period, other] = [join(folder, 'period'), join(folder, 'other')];
    await writeFile(period, '0\n');
    await writeFile(other, 'precious');
    const attribute = await REAL_FILES.open(period, { isPrompt });
    await attribute.close();
    const handle = await open(other, 'r+');
    for (const late of [attribute.read(), attribute.write('1250000')])
      expect(await late.catch(errnoOf)).toBe('EBADF');
    await handle.close();
    expect(await readFile(other, 'latin1')).toBe('precious');
  },
);

test('a text is written to a file as it is, without a line break', async () => {
  const path = join(folder, 'export');
  await writeFile(path, '');
  await REAL_FILES.write(path, '0');
  expect(await readFile(path, 'latin1')).toBe('0');
});

test('a folder is distinguished from a file, also behind a link', async () => {
  await mkdir(join(folder, 'soc'));
  await writeFile(join(folder, 'model'), 'Raspberry Pi');
  await symlink(join(folder, 'soc'), join(folder, 'pwmchip0'));
  const entries = await REAL_FILES.list(folder);
  expect(entries.toSorted((one, other) => one.name.localeCompare(other.name))).toEqual([
    { name: 'model', isFolder: false },
    { name: 'pwmchip0', isFolder: false },
    { name: 'soc', isFolder: true },
  ]);
});

test('a missing file has the error code of the system', async () => {
  const path = join(folder, 'pwm0');
  for (const attempt of [REAL_FILES.open(path), REAL_FILES.read(path), REAL_FILES.write(path, '0')])
    expect(await attempt.catch(errnoOf)).toBe('ENOENT');
});
