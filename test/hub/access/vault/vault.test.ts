import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { firstValueFrom } from 'rxjs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openFileVault } from '../../../../hub/access/vault/file-vault.ts';
import { markProcess } from '../../../../hub/files/process-mark.ts';
import { testVault } from '../../../contracts/vault.ts';
import { createMemoryVault } from '../memory-vault.ts';

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pinhub-vault-'));
  path = join(folder, 'data', 'access.json');
});
afterEach(() => rm(folder, { recursive: true }));

describe('a vault in memory', () => testVault(async () => createMemoryVault()));
describe('a vault in a file', () => testVault(() => openFileVault(path)));

describe('the file of a vault', () => {
  it('outlives the process, readable by its owner alone, with nothing left beside it', async () => {
    const vault = await openFileVault(path);
    await vault.put('users', 'ana', { role: 'viewer' });
    await vault.close();
    const again = await openFileVault(path);
    expect(await again.get('users', 'ana')).toEqual({ role: 'viewer' });
    await again.close();
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect((await stat(join(folder, 'data'))).mode & 0o777).toBe(0o700);
    expect(await readdir(join(folder, 'data'))).toEqual(['access.json']);
  });

  it('may be changed by others, which is noticed', async () => {
    const hub = await openFileVault(path, { pollMs: 10 });
    const tool = await openFileVault(path);
    const noticed = firstValueFrom(hub.changed$);
    await tool.put('users', 'ana', { role: 'viewer' });
    await noticed;
    expect(await hub.get('users', 'ana')).toEqual({ role: 'viewer' });
    await Promise.all([hub.close(), tool.close()]);
  });

  it('loses no change when several processes write at once', async () => {
    const vaults = await Promise.all([1, 2, 3].map(() => openFileVault(path)));
    const names = Array.from({ length: 30 }, (_, index) => `user-${index}`);
    await Promise.all(names.map((name, index) => vaults[index % 3]?.put('users', name, { role: 'viewer' })));
    expect((await vaults[0]?.list('users'))?.size).toBe(names.length);
    await Promise.all(vaults.map((vault) => vault.close()));
  });

  it('gives a name to one only of several processes that want it', async () => {
    const vaults = await Promise.all([1, 2, 3].map(() => openFileVault(path)));
    const outcomes = await Promise.all(
      vaults.map((vault, role) =>
        vault.update('users', 'ana', ({ users }) => (users ? undefined : { role })),
      ),
    );
    expect(outcomes.filter((isMade) => isMade)).toEqual([true]);
    expect(await vaults[0]?.get('users', 'ana')).toEqual({ role: outcomes.indexOf(true) });
    await Promise.all(vaults.map((vault) => vault.close()));
  });

  it.each([
    'not JSON',
    '',
    '[]',
    '{"format":"other"}',
    '{"format":"pinhub-access","version":2,"users":[],"tokens":[],"logins":[]}',
    '{"format":"pinhub-access","version":3,"users":[],"tokens":[],"logins":[],"secrets":[]}',
    '{"format":"pinhub-access","version":1,"users":[["ana",7]],"tokens":[],"logins":[]}',
  ])('that holds %j is refused, and left as it is', async (content) => {
    await mkdir(join(folder, 'data'));
    await writeFile(path, content);
    await expect(openFileVault(path)).rejects.toMatchObject({ code: 'store/damaged' });
    expect(await readFile(path, 'utf8')).toBe(content);
  });

  it('of the version before is read, and becomes one of this version with the next change', async () => {
    await mkdir(join(folder, 'data'));
    const ana = '["ana",{"role":"viewer"}]';
    await writeFile(path, `{"format":"pinhub-access","version":1,"users":[${ana}],"tokens":[],"logins":[]}`);
    const vault = await openFileVault(path);
    expect(await vault.get('users', 'ana')).toEqual({ role: 'viewer' });
    await vault.put('secrets', 'salt', { secret: 'of the hub' });
    await vault.close();
    expect(JSON.parse(await readFile(path, 'utf8'))).toMatchObject({ version: 2 });
    const again = await openFileVault(path);
    expect(await again.get('users', 'ana')).toEqual({ role: 'viewer' });
    expect(await again.get('secrets', 'salt')).toEqual({ secret: 'of the hub' });
    await again.close();
  });

  it('that cannot be made says so', async () => {
    await writeFile(join(folder, 'data'), 'a file where the folder should be');
    await expect(openFileVault(path)).rejects.toMatchObject({ code: 'store/unavailable' });
  });

  it('is soon alone again where processes were killed beside it, and those that live keep theirs', async () => {
    const vault = await openFileVault(path);
    await vault.put('users', 'ana', { role: 'viewer' });
    const data = join(folder, 'data');
    const leave = (ending: string, content = '') => writeFile(`${path}.${ending}`, content);
    const live = JSON.stringify({ ...markProcess(), nonce: '1' });
    const dead = JSON.stringify({ ...markProcess(), incarnation: 'of another boot', nonce: '2' });
    const elsewhere = JSON.stringify({ ...markProcess(), host: 'elsewhere', nonce: '3' });
    await Promise.all(['4711.new', `${randomUUID()}.new`].map((ending) => leave(ending, 'hashes')));
    const [lockOfDead, silent] = [`lock.${randomUUID()}`, `lock.${randomUUID()}`];
    await Promise.all([leave(lockOfDead, dead), leave(`${lockOfDead}.spare`, dead), leave(silent)]);
    await utimes(`${path}.${silent}`, 1, 1);
    const kept = ['old.new', 'bak', ...[1, 2, 3].map(() => `lock.${randomUUID()}`)];
    const contents = ['of somebody', 'of somebody', live, elsewhere, ''];
    await Promise.all(kept.map((ending, index) => leave(ending, contents[index])));
    await vault.delete('users', 'ana');
    expect((await readdir(data)).sort()).toEqual(
      ['access.json', ...kept.map((ending) => `access.json.${ending}`)].sort(),
    );
    await vault.close();
  });

  it('is not made before there is something to keep', async () => {
    const vault = await openFileVault(path);
    expect(await vault.delete('users', 'ana')).toBe(false);
    expect(await vault.update('users', 'ana', ({ users }) => users)).toBe(false);
    await vault.list('users');
    expect(await readdir(folder)).toEqual([]);
    await vault.close();
  });
});
