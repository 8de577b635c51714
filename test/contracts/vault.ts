import { firstValueFrom, lastValueFrom, toArray } from 'rxjs';
import type { Found, Shelf, Vault } from '../../hub/access/vault/vault.ts';
import { HubError } from '../../hub/core/error.ts';
import { expect } from './expect.ts';
import { type Runner, suiteFor } from './suite.ts';

/** Counts the changes that a vault announces. */
function countChanges(vault: Vault): { readonly count: number } {
  const changes = { count: 0 };
  vault.changed$.subscribe(() => changes.count++);
  return changes;
}

/** The contract of every vault. */
export function testVault(runner: Runner, open: () => Promise<Vault>): void {
  const { afterEach, beforeEach, it } = suiteFor(runner);
  let vault: Vault;
  beforeEach(async () => {
    vault = await open();
  });
  afterEach(() => vault.close());

  it('is empty at first', async () => {
    expect((await vault.read()).users).toEqual(new Map());
    expect(await vault.get('users', 'ana')).toBeUndefined();
    expect(await vault.delete('users', 'ana')).toBe(false);
  });

  it('gives back what was put in, by shelf and key', async () => {
    await vault.put('users', 'ana', { role: 'viewer', nested: { list: [1, 'two', null] } });
    await vault.put('tokens', 'ana', { role: 'admin' });
    expect(await vault.get('users', 'ana')).toEqual({ role: 'viewer', nested: { list: [1, 'two', null] } });
    expect((await vault.read()).tokens).toEqual(new Map([['ana', { role: 'admin' }]]));
    expect((await vault.read()).logins).toEqual(new Map());
  });

  it('gives back all at once, as it was then', async () => {
    await vault.put('users', 'ana', { role: 'viewer' });
    await vault.put('logins', 'hash', { account: 'user:ana' });
    const read = await vault.read();
    await vault.delete('users', 'ana');
    expect(read).toEqual({
      users: new Map([['ana', { role: 'viewer' }]]),
      tokens: new Map(),
      logins: new Map([['hash', { account: 'user:ana' }]]),
      secrets: new Map(),
    });
  });

  it('keeps the last record of a key', async () => {
    await vault.put('users', 'ana', { role: 'viewer' });
    await vault.put('users', 'ana', { role: 'admin' });
    expect((await vault.read()).users).toEqual(new Map([['ana', { role: 'admin' }]]));
  });

  it('updates an existing record, and makes none', async () => {
    await vault.put('users', 'ana', { role: 'viewer', age: 1 });
    const older = ({ users: record }: Found) => record && { ...record, age: Number(record.age) + 1 };
    const outcomes = Array.from({ length: 5 }, () => vault.update('users', 'ana', older));
    expect(await Promise.all(outcomes)).toEqual([true, true, true, true, true]);
    expect(await vault.update('users', 'bia', older)).toBe(false);
    expect((await vault.read()).users).toEqual(new Map([['ana', { role: 'viewer', age: 6 }]]));
  });

  it('makes a record of what is under its key on all shelves, one change at a time', async () => {
    const add = (shelf: Shelf) =>
      vault.update(shelf, 'ana', ({ users, tokens }) => (users || tokens ? undefined : { shelf }));
    const outcomes = await Promise.all([add('users'), add('tokens'), add('users'), add('tokens')]);
    expect(outcomes.filter((isMade) => isMade)).toEqual([true]);
    const shelf = outcomes.indexOf(true) % 2 === 0 ? 'users' : 'tokens';
    const empty = { users: undefined, tokens: undefined, logins: undefined, secrets: undefined };
    const found: Found[] = [];
    await vault.update('logins', 'ana', (one) => void found.push(one));
    expect(found.at(-1)).toEqual({ ...empty, [shelf]: { shelf } });
    expect(await vault.get('logins', 'ana')).toBeUndefined();
  });

  it('stays as it was if a change fails, and says why', async () => {
    await vault.put('users', 'ana', { role: 'viewer' });
    const failing = vault.update('users', 'ana', () => {
      throw new HubError('option/invalid', 'not this one');
    });
    await expect(failing).rejects.toThrow('not this one');
    expect(await vault.get('users', 'ana')).toEqual({ role: 'viewer' });
  });

  it('forgets what is deleted', async () => {
    await vault.put('users', 'ana', { role: 'viewer' });
    await vault.put('users', 'bia', { role: 'viewer' });
    expect(await vault.delete('users', 'ana')).toBe(true);
    expect([...(await vault.read()).users.keys()]).toEqual(['bia']);
  });

  it('forgets several at once, in one change', async () => {
    const names = Array.from({ length: 20 }, (_, index) => `user-${index}`);
    for (const name of names) await vault.put('users', name, { role: 'viewer' });
    const changes = countChanges(vault);
    expect(await vault.delete('users', ...names.slice(1), 'nobody')).toBe(true);
    expect([...(await vault.read()).users.keys()]).toEqual(['user-0']);
    expect(await vault.delete('users', 'nobody', 'nor this one')).toBe(false);
    expect(await vault.delete('users')).toBe(false);
    expect(changes.count).toBe(1);
  });

  it('changes nothing if a new record equals the old one', async () => {
    await vault.put('users', 'ana', { role: 'viewer', places: ['here'] });
    const changes = countChanges(vault);
    const same = () => vault.update('users', 'ana', ({ users }) => users && { ...users, places: ['here'] });
    expect(await same()).toBe(true);
    expect(changes.count).toBe(0);
    const move = () => vault.update('users', 'ana', ({ users }) => users && { ...users, places: ['there'] });
    expect(await Promise.all([move(), move(), move()])).toEqual([true, true, true]);
    expect(changes.count).toBe(1);
  });

  it('keeps a record as it was when it was put in', async () => {
    const record = { role: 'viewer' };
    await vault.put('users', 'ana', record);
    record.role = 'admin';
    expect(await vault.get('users', 'ana')).toEqual({ role: 'viewer' });
  });

  it('takes any name as a key, even names of properties that every object has', async () => {
    const names = ['__proto__', 'constructor', 'toString', '', 'joão', 'a/b'];
    for (const name of names) await vault.put('users', name, { role: name });
    expect((await vault.read()).users).toEqual(new Map(names.map((name) => [name, { role: name }])));
    expect(({} as { role?: string }).role).toBeUndefined();
  });

  it('makes changes that come at once all count', async () => {
    const names = Array.from({ length: 20 }, (_, index) => `user-${index}`);
    await Promise.all(names.map((name) => vault.put('users', name, { role: 'viewer' })));
    expect([...(await vault.read()).users.keys()].sort()).toEqual(names.sort());
  });

  it('says that it has changed, and ends with its closing', async () => {
    const changed = firstValueFrom(vault.changed$);
    const all = lastValueFrom(vault.changed$.pipe(toArray()));
    await vault.put('users', 'ana', { role: 'viewer' });
    await changed;
    await vault.delete('users', 'nobody');
    await vault.close();
    expect((await all).length).toBeGreaterThanOrEqual(1);
  });
}
