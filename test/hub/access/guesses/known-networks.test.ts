import { pino } from 'pino';
import { beforeEach, describe, expect, it } from 'vitest';
import type { User } from '../../../../hub/access/accounts/records.ts';
import { KnownNetworks } from '../../../../hub/access/guesses/known-clients.ts';
import type { Vault } from '../../../../hub/access/vault/vault.ts';
import { createMemoryVault } from '../memory-vault.ts';

let vault: Vault;
let user: User | undefined;
let elapsedMs: number;
let writes: number;
beforeEach(async () => {
  vault = createMemoryVault();
  await vault.put('users', 'ana', { role: 'viewer' });
  user = undefined;
  elapsedMs = 0;
  writes = 0;
  vault.changed$.subscribe(() => writes++);
});

/** Starts a hub, which reads the vault. */
async function open(): Promise<KnownNetworks> {
  await look();
  const log = pino({ level: 'silent' });
  return new KnownNetworks({ vault, directory: { user: () => user }, log, elapsedMs: () => elapsedMs });
}

async function look(): Promise<void> {
  user = (await vault.get('users', 'ana')) as User | undefined;
}

/** The user logs in from a network, and the hub reads what it has written. */
async function come(networks: KnownNetworks, network: string): Promise<void> {
  networks.add('ana', network);
  elapsedMs += 10 * 60_000;
  await look();
}

describe('the networks of a user', () => {
  it('are known at once, and to the next hub', async () => {
    const networks = await open();
    networks.add('ana', '10.0.0.1');
    expect([networks.has('ana', '10.0.0.1'), networks.has('ana', '10.0.0.2')]).toEqual([true, false]);
    expect((await open()).has('ana', '10.0.0.1')).toBe(true);
  });

  it('are fifty at most; the least recently used goes first', async () => {
    const networks = await open();
    for (let index = 0; index < 200; index++) {
      await come(networks, `10.1.0.${index}`);
      await come(networks, 'home');
    }
    const kept = await open();
    expect(user?.networks).toHaveLength(50);
    expect(kept.has('ana', 'home')).toBe(true);
    expect(kept.has('ana', '10.1.0.199')).toBe(true);
    expect(kept.has('ana', '10.1.0.0')).toBe(false);
  });

  it('cost no write for each login', async () => {
    const networks = await open();
    for (let times = 0; times < 100; times++) await come(networks, 'home');
    expect(writes).toBe(1);
  });

  it('of a program that keeps changing them are written at a limited rate', async () => {
    const networks = await open();
    for (let index = 0; index < 1_000; index++) networks.add('ana', `10.1.${index >> 8}.${index & 255}`);
    await look();
    expect(writes).toBe(50);
    expect(networks.has('ana', '10.1.3.0'), 'for as long as the hub runs').toBe(true);
  });

  it('are read from the field "places" of an older vault, which lists browsers too', async () => {
    await vault.put('users', 'ana', { role: 'viewer', places: ['10.0.0.1', 'browser:x', '10.0.0.2'] });
    const networks = await open();
    expect([networks.has('ana', '10.0.0.2'), networks.has('ana', 'browser:x')]).toEqual([true, false]);
    await come(networks, '10.0.0.3');
    expect(user?.networks).toEqual(['10.0.0.1', '10.0.0.2', '10.0.0.3']);
  });

  it('of two logins at once are both stored', async () => {
    const networks = await open();
    networks.add('ana', '10.0.0.1');
    networks.add('ana', '10.0.0.2');
    await look();
    expect(user?.networks).toEqual(['10.0.0.1', '10.0.0.2']);
  });

  it('are not stored for an unknown user', async () => {
    const networks = await open();
    networks.add('bia', '10.0.0.1');
    await look();
    expect(await vault.get('users', 'bia')).toBeUndefined();
  });
});
