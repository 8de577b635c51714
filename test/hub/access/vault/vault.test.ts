import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { firstValueFrom, lastValueFrom, map, toArray } from 'rxjs';
import * as vitest from 'vitest';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openFileVault } from '../../../../hub/access/vault/file-vault.ts';
import { RequestVault } from '../../../../hub/access/vault/request-vault.ts';
import type { Vault } from '../../../../hub/access/vault/vault.ts';
import { answerVault, parseContent, type VaultRequest } from '../../../../hub/access/vault/vault-requests.ts';
import { testVault } from '../../../contracts/vault.ts';
import { createMemoryVault } from '../memory-vault.ts';

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pinhub-vault-'));
  path = join(folder, 'data', 'access.json');
});
afterEach(() => rm(folder, { recursive: true }));

/** A vault whose requests another vault answers, over a connection that carries JSON. */
function openBeside(holder: Vault): Vault {
  const copy = (value: unknown) => JSON.parse(JSON.stringify(value));
  const ask = (request: VaultRequest) => answerVault(holder, copy(request)).pipe(map(copy));
  return new RequestVault({
    read: async () =>
      parseContent(await lastValueFrom(ask({ do: 'read' }).pipe(toArray()))) ?? expect.unreachable(),
    perform: (request) => firstValueFrom(ask(request)),
  });
}

describe('a vault in memory', () => testVault(vitest, async () => createMemoryVault()));
describe('a vault in a file', () => testVault(vitest, () => openFileVault(path)));
describe('a vault in a file of another process', () =>
  testVault(vitest, async () => openBeside(await openFileVault(path))));

describe('a vault that several processes change through its holder', () => {
  let holder: Vault;
  let vaults: readonly Vault[];
  beforeEach(async () => {
    holder = await openFileVault(path);
    vaults = [holder, openBeside(holder), openBeside(holder)];
  });
  afterEach(() => Promise.all(vaults.map((vault) => vault.close())));

  it('loses no change', async () => {
    const names = Array.from({ length: 30 }, (_, index) => `user-${index}`);
    await Promise.all(names.map((name, index) => vaults[index % 3]?.put('users', name, { role: 'viewer' })));
    expect((await holder.read()).users.size).toBe(names.length);
  });

  it('gives a name to only one of several that want it, and counts every update', async () => {
    const outcomes = await Promise.all(
      vaults.map((vault, role) =>
        vault.update('users', 'ana', ({ users }) => (users ? undefined : { role, count: 0 })),
      ),
    );
    expect(outcomes.filter((isMade) => isMade)).toEqual([true]);
    const count = () =>
      vaults.map((vault) =>
        vault.update('users', 'ana', ({ users }) => users && { ...users, count: Number(users.count) + 1 }),
      );
    await Promise.all([...count(), ...count(), ...count()]);
    expect(await holder.get('users', 'ana')).toEqual({ role: outcomes.indexOf(true), count: 9 });
  });

  it('notifies its holder, and the followers of the holder', async () => {
    const told: unknown[] = [];
    const follow: VaultRequest = { do: 'follow' };
    const following = answerVault(holder, follow).subscribe((result) => told.push(result));
    const changed = firstValueFrom(holder.changed$);
    await vaults[1]?.put('users', 'ana', { role: 'viewer' });
    await changed;
    expect(told).toEqual([true, true]);
    following.unsubscribe();
  });

  it('takes no request that it does not know', () => {
    for (const request of [undefined, {}, { do: 'delete', shelf: 'others', keys: ['x'] }])
      expect(() => answerVault(holder, request)).toThrow();
  });
});

describe('the file of a vault', () => {
  it('outlives the process, readable by its owner only, with nothing left beside it', async () => {
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

  it('is not made before there is something to keep', async () => {
    const vault = await openFileVault(path);
    expect(await vault.delete('users', 'ana')).toBe(false);
    expect(await vault.update('users', 'ana', ({ users }) => users)).toBe(false);
    await vault.read();
    expect(await readdir(folder)).toEqual([]);
    await vault.close();
  });
});
