import { pino } from 'pino';
import { beforeEach, describe, expect, it } from 'vitest';
import type { User } from '../../../../hub/access/accounts/accounts.ts';
import { KeptPlaces } from '../../../../hub/access/guesses/kept-places.ts';
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

/** A hub that starts, and looks into the vault. */
async function open(): Promise<KeptPlaces> {
  await look();
  const log = pino({ level: 'silent' });
  return new KeptPlaces({ vault, directory: { user: () => user }, log, elapsedMs: () => elapsedMs });
}

async function look(): Promise<void> {
  user = (await vault.get('users', 'ana')) as User | undefined;
}

/** Somebody comes from a place, and the hub sees what it has put into the vault. */
async function come(places: KeptPlaces, place: string): Promise<void> {
  places.add('ana', place);
  elapsedMs += 10 * 60_000;
  await look();
}

describe('the places of a user', () => {
  it('are known at once, and to the next hub', async () => {
    const places = await open();
    places.add('ana', '10.0.0.1');
    expect([places.has('ana', '10.0.0.1'), places.has('ana', '10.0.0.2')]).toEqual([true, false]);
    expect((await open()).has('ana', '10.0.0.1')).toBe(true);
  });

  it('are fifty at most, of which those that are come from again and again stay', async () => {
    const places = await open();
    for (let index = 0; index < 200; index++) {
      await come(places, `10.1.0.${index}`);
      await come(places, 'home');
    }
    const kept = await open();
    expect(user?.places).toHaveLength(50);
    expect(kept.has('ana', 'home')).toBe(true);
    expect(kept.has('ana', '10.1.0.199')).toBe(true);
    expect(kept.has('ana', '10.1.0.0')).toBe(false);
  });

  it('cost no write each time that somebody comes', async () => {
    const places = await open();
    for (let times = 0; times < 100; times++) await come(places, 'home');
    expect(writes).toBe(1);
  });

  it('of a program that comes from ever new ones are noted at a pace', async () => {
    const places = await open();
    for (let index = 0; index < 1_000; index++) places.add('ana', `10.1.${index >> 8}.${index & 255}`);
    await look();
    expect(writes).toBe(50);
    expect(places.has('ana', '10.1.3.0'), 'for as long as the hub runs').toBe(true);
  });

  it('are not made for one who is no user', async () => {
    const places = await open();
    places.add('bia', '10.0.0.1');
    await look();
    expect(await vault.get('users', 'bia')).toBeUndefined();
  });
});
