import { pino } from 'pino';
import { VirtualTimeScheduler } from 'rxjs';
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Credentials, Principal } from '../../../../hub/access/access.ts';
import { Accounts } from '../../../../hub/access/accounts/accounts.ts';
import { type GuardedAccess, openGuardedAccess } from '../../../../hub/access/guarded-access.ts';
import type { Vault, VaultRecord } from '../../../../hub/access/vault/vault.ts';
import type { EndedCredential } from '../../../../hub/session/link.ts';
import { createMemoryVault } from '../memory-vault.ts';

const PASSWORD = 'correct horse';
const HOME = { address: '10.0.0.1' };
const ELSEWHERE = { address: '10.0.0.66' };
const log = pino({ level: 'silent' });
const DAY_MS = 24 * 3_600_000;
const MONTH_MS = 30 * DAY_MS;
const MINUTE_MS = 60_000;

/** Ana's record, created once because hashing a password takes long. */
let ana: VaultRecord;
beforeAll(async () => {
  const vault = createMemoryVault();
  await new Accounts(vault).addUser('ana', PASSWORD, 'controller');
  ana = (await vault.get('users', 'ana')) ?? {};
});

let scheduler: VirtualTimeScheduler;
let vault: Vault;
let accounts: Accounts;
let access: GuardedAccess;
let ended: EndedCredential[];
let watch: Principal;

beforeEach(async () => {
  scheduler = new VirtualTimeScheduler();
  vault = createMemoryVault();
  accounts = new Accounts(vault, () => new Date(scheduler.now()));
  await vault.put('users', 'ana', ana);
  const token = await accounts.makeToken({ name: 'watch', role: 'viewer' });
  access = await openGuardedAccess({ vault, scheduler, log });
  watch = await access.authenticate({ token }, HOME);
  ended = [];
  access.ended$.subscribe((one) => ended.push(one));
});
afterEach(() => access.close());

/** Lets virtual time pass. */
function advance(ms: number): void {
  scheduler.maxFrames = scheduler.now() + ms;
  scheduler.schedule(() => undefined, ms);
  scheduler.flush();
}

const enter = (credentials: Credentials) => access.authenticate(credentials, HOME);
const byPassword = (password: string) => enter({ user: 'ana', password });
const byLogin = (secret: string) => enter({ login: secret });
const over = { code: 'auth/required' };

describe('a login', () => {
  it('lets a browser in again, until it logs out', async () => {
    const ticket = await access.logins.open(await byPassword(PASSWORD), { remote: HOME });
    expect(ticket.maxAgeSeconds * 1000).toBe(MONTH_MS);
    const principal = await byLogin(ticket.secret);
    expect(principal).toMatchObject({ name: 'ana', role: 'controller', how: 'login' });
    await access.logins.end(ticket.secret);
    expect(principal.credentialIds).toContain(ended[0]?.credentialId);
    await expect(byLogin(ticket.secret)).rejects.toMatchObject(over);
  });

  it('ends with the password, with the user, and with its time, and does not come back with them', async () => {
    const { secret } = await access.logins.open(await byPassword(PASSWORD), { remote: HOME });
    await accounts.setPassword('ana', 'battery staple');
    await access.refresh();
    expect(ended.map(({ credentialId }) => credentialId.split(':')[0]).sort()).toEqual(['login', 'user']);
    await expect(byLogin(secret)).rejects.toMatchObject(over);
    const principal = await byPassword('battery staple');
    const { secret: second } = await access.logins.open(principal, { remote: HOME });
    advance(MONTH_MS);
    await expect(byLogin(second)).rejects.toMatchObject(over);
  });

  it('is reused by the browser that has it, and replaced after half of its time', async () => {
    const first = await access.logins.open(watch, { remote: HOME });
    advance(10 * DAY_MS);
    const again = await access.logins.open(watch, { remote: HOME, held: first.secret });
    expect(again).toEqual({ secret: first.secret, maxAgeSeconds: (20 * DAY_MS) / 1000 });
    expect((await vault.read()).logins.size).toBe(1);
    advance(6 * DAY_MS);
    const later = await access.logins.open(watch, { remote: HOME, held: first.secret });
    expect(later.secret).not.toBe(first.secret);
    expect(later.maxAgeSeconds * 1000).toBe(MONTH_MS);
  });

  it('of another account, or a made-up one, is not reused', async () => {
    const { secret } = await access.logins.open(watch, { remote: HOME });
    const anas = await access.logins.open(await byPassword(PASSWORD), { remote: HOME, held: secret });
    expect(await byLogin(anas.secret)).toMatchObject({ name: 'ana' });
    const made = await access.logins.open(watch, { remote: HOME, held: 'made up' });
    expect(made.secret).not.toBe('made up');
  });

  it('that does not exist costs the vault nothing when it ends', async () => {
    const changes: unknown[] = [];
    vault.changed$.subscribe((change) => changes.push(change));
    const looks = vi.spyOn(vault, 'read');
    await access.logins.end('made up');
    expect(changes).toEqual([]);
    expect(looks).not.toHaveBeenCalled();
  });
});

describe('logins of one account', () => {
  it('may be many at once from one network, as a class has them, and then one a minute', async () => {
    for (let times = 0; times < 60; times++) await access.logins.open(watch, { remote: HOME });
    const tooMany = access.logins.open(watch, { remote: HOME });
    await expect(tooMany).rejects.toMatchObject({ code: 'limit/exceeded' });
    await expect(tooMany).rejects.toThrow('try again in 60 s');
    expect((await vault.read()).logins.size).toBe(60);
    await access.logins.open(watch, { remote: ELSEWHERE });
    advance(MINUTE_MS);
    await access.logins.open(watch, { remote: HOME });
    await expect(access.logins.open(watch, { remote: HOME })).rejects.toThrow(/again in 60 s/);
  });

  it('are 200 at most; a client that logs in again and again evicts only itself', async () => {
    const others = [];
    for (let index = 0; index < 20; index++) {
      others.push(await access.logins.open(watch, { remote: { address: `10.0.1.${index}` } }));
    }
    const first = await access.logins.open(watch, { remote: ELSEWHERE });
    for (let times = 0; times < 200; times++) {
      advance(MINUTE_MS);
      await access.logins.open(watch, { remote: ELSEWHERE });
    }
    expect((await vault.read()).logins.size).toBe(200);
    for (const { secret } of others) expect(await byLogin(secret)).toMatchObject({ name: 'watch' });
    await expect(byLogin(first.secret)).rejects.toMatchObject(over);
  });

  it('lose the oldest if no network has more than another', async () => {
    const tickets = [];
    for (let index = 0; index < 201; index++) {
      advance(1);
      const remote = { address: `10.0.1.${index}` };
      tickets.push(await access.logins.open(watch, { remote }));
    }
    expect((await vault.read()).logins.size).toBe(200);
    await expect(byLogin(tickets[0]?.secret ?? '')).rejects.toMatchObject(over);
    expect(await byLogin(tickets[1]?.secret ?? '')).toMatchObject({ name: 'watch' });
  });

  it('that have expired are deleted in one write', async () => {
    for (let times = 0; times < 50; times++) await access.logins.open(watch, { remote: HOME });
    await accounts.revokeToken('watch');
    await access.refresh();
    const principal = await byPassword(PASSWORD);
    let writes = 0;
    vault.changed$.subscribe(() => writes++);
    await access.logins.open(principal, { remote: HOME });
    expect((await vault.read()).logins.size).toBe(1);
    expect(writes).toBe(2);
  });

  it('of older vaults, whose network is unknown, count as one network each', async () => {
    const soon = new Date(scheduler.now() + MONTH_MS).toISOString();
    const createdAt = new Date(scheduler.now()).toISOString();
    const old = { account: 'token:watch', generation: watch.generation, createdAt, expiresAt: soon };
    for (let index = 0; index < 150; index++) await vault.put('logins', `old-${index}`, old);
    await access.refresh();
    for (let times = 0; times < 60; times++) await access.logins.open(watch, { remote: ELSEWHERE });
    const kept = [...(await vault.read()).logins.keys()];
    expect(kept).toHaveLength(200);
    expect(kept.filter((key) => key.startsWith('old-'))).toHaveLength(150);
  });
});
