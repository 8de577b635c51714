import { mkdtempSync, readdirSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openStore } from '../../../hub/storage/store.ts';

const log = pino({ level: 'silent' });

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pinhub-store-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Files in the folder that this process has open, on Linux. */
function openFiles(): string[] {
  if (process.platform !== 'linux') return [];
  return readdirSync('/proc/self/fd').flatMap((descriptor) => {
    try {
      const path = readlinkSync(`/proc/self/fd/${descriptor}`);
      return path.startsWith(folder) ? [path] : [];
    } catch {
      return []; // That of the listing itself.
    }
  });
}

describe('a store that cannot be opened', () => {
  it('leaves nothing open and nothing locked, where it is history that cannot be', async () => {
    await (await openStore({ folder, log })).close();
    rmSync(join(folder, 'history'), { recursive: true });
    writeFileSync(join(folder, 'history'), 'a file in the place of a folder');
    await expect(openStore({ folder, log })).rejects.toMatchObject({ code: 'store/unavailable' });
    expect(openFiles()).toEqual([]);
    rmSync(join(folder, 'history'));
    const store = await openStore({ folder, log });
    await store.close();
    expect(openFiles()).toEqual([]);
  });
});
