import { pino } from 'pino';
import { firstValueFrom, VirtualTimeScheduler } from 'rxjs';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Credentials, Principal, Remote } from '../../../hub/access/access.ts';
import { Accounts } from '../../../hub/access/accounts/accounts.ts';
import { type GuardedAccess, openGuardedAccess } from '../../../hub/access/guarded-access.ts';
import { parseRoles } from '../../../hub/access/rights/role.ts';
import { SHELVES, type Vault, type VaultRecord } from '../../../hub/access/vault/vault.ts';
import type { EndedCredential } from '../../../hub/session/link.ts';
import { createMemoryVault } from './memory-vault.ts';
import { createQuickUser } from './quick-user.ts';

const PASSWORD = 'correct horse';
const HOME = { address: '10.0.0.1' };
const ELSEWHERE = { address: '10.0.0.66' };
const log = pino({ level: 'silent' });

/** Ana's password is cheap to check. Rui's costs as much as real ones, and is hashed once. */
let ana: VaultRecord;
let rui: VaultRecord;
beforeAll(async () => {
  const vault = createMemoryVault();
  ana = await createQuickUser('controller', PASSWORD);
  await new Accounts(vault).addUser('rui', PASSWORD, 'controller');
  rui = (await vault.get('users', 'rui')) ?? {};
});

let scheduler: VirtualTimeScheduler;
let vault: Vault;
let accounts: Accounts;
let access: GuardedAccess;
let ended: EndedCredential[];

beforeEach(async () => {
  scheduler = new VirtualTimeScheduler();
  vault = createMemoryVault();
  accounts = new Accounts(vault, () => new Date(scheduler.now()));
  await vault.put('users', 'ana', ana);
  await open();
});
afterEach(() => access.close());

async function open(options: { isOpenWithoutUsers?: boolean } = {}): Promise<void> {
  const roles = parseRoles({ student: { read: ['lab/%u/#'], publish: ['lab/%u/#'] } });
  access = await openGuardedAccess({ vault, scheduler, log, roles, ...options });
  ended = [];
  access.ended$.subscribe((one) => ended.push(one));
}

const HOUR_MS = 3_600_000;

/** A system's timers do not follow the time of day, which can be set. */
class LeapingClock extends VirtualTimeScheduler {
  leaptMs = 0;
  override readonly now = () => this.frame + this.leaptMs;
}

/** Lets virtual time pass. */
function advance(ms: number): void {
  scheduler.maxFrames = scheduler.now() + ms;
  scheduler.schedule(() => undefined, ms);
  scheduler.flush();
}

const password = (text: string, user = 'ana'): Credentials => ({ user, password: text });
const token = (text: string): Credentials => ({ token: text });
const enter = (credentials: Credentials, remote: Remote = HOME) => access.authenticate(credentials, remote);

describe('the hub lets in', () => {
  it('a user with the right password, with the rights of the role', async () => {
    const principal = await enter(password(PASSWORD));
    const credentialIds = ['user:ana'];
    expect(principal).toMatchObject({ name: 'ana', role: 'controller', how: 'password', credentialIds });
    const rights = access.rightsOf(principal, 'c');
    expect(rights.mayPublish('led/21/duty')).toBe(true);
    expect(rights.mayPublish('led/21/duty/actual')).toBe(false);
  });

  it('a token, by itself or as the password of the user "token"', async () => {
    const secret = await accounts.makeToken({ name: 'kiosk', role: 'viewer' });
    await access.refresh();
    expect(secret).toMatch(/^ph_[\w-]{27}$/);
    for (const credentials of [token(secret), password(secret, 'token')]) {
      expect(await enter(credentials)).toMatchObject({ name: 'kiosk', role: 'viewer', how: 'token' });
    }
  });

  it('a certificate that names a user', async () => {
    const certificate = (commonName: string) => enter({ certificate: { commonName } });
    expect(await certificate('ana')).toMatchObject({ name: 'ana', role: 'controller', how: 'certificate' });
    await expect(certificate('bia')).rejects.toMatchObject({ code: 'auth/wrong' });
  });

  it('nobody else', async () => {
    await expect(enter({})).rejects.toMatchObject({ code: 'auth/required' });
    await expect(enter(password('wrong horse'))).rejects.toMatchObject({
      code: 'auth/wrong',
    });
    await expect(enter(password(PASSWORD, 'bia'))).rejects.toThrow('user name or password is wrong');
    await expect(enter(password(PASSWORD, '__proto__'))).rejects.toMatchObject({ code: 'auth/wrong' });
    await expect(enter(token('ph_guess'))).rejects.toMatchObject({ code: 'auth/wrong' });
    await expect(enter(token(''))).rejects.toMatchObject({ code: 'auth/wrong' });
    await expect(enter({ login: 'x' })).rejects.toMatchObject({ code: 'auth/required' });
    expect(access.refused).toBe(7);
  });

  it('nobody by a copy of the vault, which holds no secret', async () => {
    const secret = await accounts.makeToken({ name: 'kiosk', role: 'viewer' });
    await access.refresh();
    const { secret: cookie } = await access.logins.open(await enter(token(secret)), { remote: HOME });
    const content = await vault.read();
    const lists = SHELVES.map((shelf) => content[shelf]);
    const kept = JSON.stringify(lists.map((list) => [...list]));
    for (const text of [PASSWORD, secret, secret.slice(3), cookie]) expect(kept).not.toContain(text);
  });
});

describe('an open hub', () => {
  beforeEach(async () => {
    access.close();
    await vault.delete('users', 'ana');
    await open({ isOpenWithoutUsers: true });
  });

  it('lets anyone do anything, with any credentials, except speak for the hub itself', async () => {
    for (const credentials of [{}, password('any'), token('any')]) {
      const rights = access.rightsOf(await enter(credentials), 'c');
      expect([rights.mayRead('$SYS/x'), rights.mayPublish('led/21/status')]).toEqual([true, true]);
      expect(rights.mayPublish('$SYS/x')).toBe(false);
    }
  });

  it('is no longer open once it has a user, not even to connected clients', async () => {
    const rights = access.rightsOf(await enter({}), 'c');
    await vault.put('users', 'ana', ana);
    await access.refresh();
    expect(ended).toMatchObject([{ credentialId: 'anyone', reason: { code: 'auth/denied' } }]);
    expect(rights.mayRead('led/21/duty')).toBe(false);
    await expect(enter({})).rejects.toMatchObject({ code: 'auth/required' });
  });
});

describe('a change while the hub runs', () => {
  it('revokes a token: its connections end and their rights are void', async () => {
    const secret = await accounts.makeToken({ name: 'kiosk', role: 'viewer' });
    await access.refresh();
    const principal = await enter(token(secret));
    const rights = access.rightsOf(principal, 'c');
    expect(rights.mayRead('led/21/duty')).toBe(true);
    await accounts.revokeToken('kiosk');
    await access.refresh();
    expect(ended.map(({ credentialId }) => credentialId)).toEqual(principal.credentialIds);
    expect(rights.mayRead('led/21/duty')).toBe(false);
    expect(rights.maySubscribe('#')).toBe(false);
    await expect(enter(token(secret))).rejects.toMatchObject({ code: 'auth/wrong' });
  });

  it('is noticed without a refresh', async () => {
    const revoked = firstValueFrom(access.ended$);
    await accounts.removeUser('ana');
    expect(await revoked).toMatchObject({ credentialId: 'user:ana' });
  });

  it('gives a user another role', async () => {
    const rights = access.rightsOf(await enter(password(PASSWORD)), 'c');
    await accounts.setRole('ana', 'student');
    await access.refresh();
    expect(ended.map(({ credentialId }) => credentialId)).toEqual(['user:ana']);
    expect([rights.mayPublish('led/21/duty'), rights.mayPublish('lab/ana/led')]).toEqual([false, true]);
  });

  it('gives a role another meaning', async () => {
    await accounts.setRole('ana', 'student');
    await access.refresh();
    ended.length = 0;
    const rights = access.rightsOf(await enter(password(PASSWORD)), 'c');
    access.directory.roles = parseRoles({ student: { read: ['class/#'] }, other: {} });
    expect(ended.map(({ credentialId }) => credentialId)).toEqual(['user:ana', 'role:student']);
    expect([rights.mayRead('lab/ana/led'), rights.mayRead('class/led')]).toEqual([false, true]);
    ended.length = 0;
    access.directory.roles = parseRoles({ student: { read: ['class/#'] } });
    expect(ended, 'the role of nobody who is in').toMatchObject([{ credentialId: 'role:other' }]);
  });

  describe('of the account behind a name, within one look', () => {
    const owner = ({ name, accountId, credentialIds }: Principal) => ({ name, accountId, credentialIds });

    it('ends the credentials of the former user for good', async () => {
      const principal = await enter(password(PASSWORD));
      const rights = access.rightsOf(principal, 'c');
      await vault.put('users', 'ana', { ...ana, createdAt: new Date(scheduler.now() + 1).toISOString() });
      await access.refresh();
      expect(ended).toMatchObject([
        { credentialId: 'user:ana', isGone: true, reason: { code: 'auth/denied' } },
      ]);
      expect(rights.mayRead('led/21/duty')).toBe(false);
      expect(access.recognize(owner(principal))).toBeUndefined();
    });

    it('ends the credentials of the former token for good', async () => {
      const secret = await accounts.makeToken({ name: 'kiosk', role: 'viewer' });
      await access.refresh();
      const principal = await enter(token(secret));
      const another = createMemoryVault();
      await new Accounts(another).makeToken({ name: 'kiosk', role: 'viewer' });
      await vault.put('tokens', 'kiosk', (await another.get('tokens', 'kiosk')) ?? {});
      await access.refresh();
      expect(ended).toMatchObject([{ credentialId: 'token:kiosk', isGone: true }]);
      expect(access.recognize(owner(principal))).toBeUndefined();
    });

    it('fails if a token is renewed, or a user gets another password or role', async () => {
      await accounts.makeToken({ name: 'kiosk', role: 'viewer' });
      await access.refresh();
      const secret = await accounts.renewToken({ name: 'kiosk', role: 'viewer' });
      await access.refresh();
      const byToken = await enter(token(secret));
      const byPassword = await enter(password(PASSWORD));
      await accounts.renewToken({ name: 'kiosk', role: 'viewer' });
      await accounts.setPassword('ana', 'battery staple');
      await accounts.setRole('ana', 'student');
      await access.refresh();
      expect(ended.filter(({ isGone }) => isGone)).toEqual([]);
      for (const one of [byToken, byPassword]) expect(access.recognize(owner(one))).toEqual(owner(one));
    });

    it('names the present account if the former is not known', async () => {
      const { name, accountId, credentialIds } = await enter(password(PASSWORD));
      expect(accountId).not.toBe('');
      expect(access.recognize({ name, accountId: '', credentialIds })).toEqual({
        name,
        accountId,
        credentialIds,
      });
      expect(access.recognize({ name: 'bia', accountId: '', credentialIds: ['user:bia'] })).toBeUndefined();
    });
  });

  it('of one account leaves the others alone', async () => {
    await accounts.makeToken({ name: 'kiosk', role: 'viewer' });
    await access.refresh();
    await accounts.revokeToken('kiosk');
    await access.refresh();
    expect(ended.map(({ credentialId }) => credentialId.split(':')[0])).toEqual(['token']);
  });

  it('that cannot be read leaves the former accounts in force', async () => {
    const failing = firstValueFrom(vault.changed$);
    await vault.put('users', 'bia', { role: 7 });
    await failing;
    await expect(access.refresh()).rejects.toMatchObject({ code: 'store/damaged' });
    expect(await enter(password(PASSWORD))).toMatchObject({ name: 'ana' });
    expect(ended).toEqual([]);
  });
});

describe('a token', () => {
  it('that expires ends at that time', async () => {
    const expiresAt = new Date(scheduler.now() + 60_000);
    const secret = await accounts.makeToken({ name: 'guest', role: 'viewer', expiresAt });
    await access.refresh();
    await enter(token(secret));
    const over = firstValueFrom(access.ended$);
    advance(60_000);
    expect((await over).credentialId).toMatch(/^token:/);
    await expect(enter(token(secret))).rejects.toMatchObject({ code: 'auth/wrong' });
  });

  it('that expires ends within seconds if the time of day leaps past its end', async () => {
    const clock = new LeapingClock();
    access.close();
    access = await openGuardedAccess({ vault, scheduler: clock, log });
    const expiresAt = new Date(clock.now() + HOUR_MS);
    await accounts.makeToken({ name: 'guest', role: 'viewer', expiresAt });
    await access.refresh();
    const over = firstValueFrom(access.ended$);
    clock.leaptMs = 2 * HOUR_MS;
    clock.maxFrames = 10_000;
    clock.flush();
    expect((await over).credentialId).toMatch(/^token:/);
  });

  it('that is valid again because the time of day was set back ends again at its end', async () => {
    const clock = new LeapingClock();
    const pass = (ms: number) => {
      clock.maxFrames = clock.frame + ms;
      clock.flush();
    };
    access.close();
    access = await openGuardedAccess({ vault, scheduler: clock, log });
    const endings: EndedCredential[] = [];
    access.ended$.subscribe((one) => endings.push(one));
    const expiresAt = new Date(clock.now() + HOUR_MS);
    const secret = await accounts.makeToken({ name: 'guest', role: 'viewer', expiresAt });
    await access.refresh();
    clock.leaptMs = 2 * HOUR_MS;
    pass(10_000);
    expect(endings.map(({ credentialId }) => credentialId)).toEqual(['token:guest']);
    await expect(enter(token(secret))).rejects.toMatchObject({ code: 'auth/wrong' });
    clock.leaptMs = 0;
    pass(10_000);
    const rights = access.rightsOf(await enter(token(secret)), 'c');
    expect(rights.mayRead('led/21/duty')).toBe(true);
    pass(HOUR_MS);
    expect(endings.map(({ credentialId }) => credentialId)).toEqual(['token:guest', 'token:guest']);
    expect(rights.mayRead('led/21/duty')).toBe(false);
  });

  it('that is renewed no longer lets anyone in, but browsers that came in by it stay logged in', async () => {
    const link = { name: 'link', role: 'viewer' };
    const first = await accounts.renewToken(link);
    await access.refresh();
    const { secret } = await access.logins.open(await enter(token(first)), { remote: HOME });
    const second = await accounts.renewToken(link);
    await access.refresh();
    await expect(enter(token(first))).rejects.toMatchObject({ code: 'auth/wrong' });
    expect(await enter(token(second))).toMatchObject({ name: 'link' });
    expect(await enter({ login: secret })).toMatchObject({ name: 'link' });
    expect(ended).toEqual([]);
    await accounts.revokeToken('link');
    await accounts.makeToken(link);
    await access.refresh();
    await expect(enter({ login: secret })).rejects.toMatchObject({ code: 'auth/required' });
  });

  it('has its use noted by the hour, which does not restore a token that was revoked meanwhile', async () => {
    const secret = await accounts.makeToken({ name: 'kiosk', role: 'viewer' });
    await access.refresh();
    advance(3 * 3_600_000 + 5);
    await accounts.revokeToken('kiosk');
    await enter(token(secret)).catch(() => undefined);
    expect((await accounts.tokens()).size).toBe(0);
    const other = await accounts.makeToken({ name: 'other', role: 'viewer' });
    await access.refresh();
    const noted = firstValueFrom(vault.changed$);
    await enter(token(other));
    await noted;
    expect((await accounts.tokens()).get('other')?.usedAt).toBe('1970-01-01T03:00:00.000Z');
  });

  it('has its use noted once an hour, however many present it at once, and again when it is renewed', async () => {
    const secret = await accounts.makeToken({ name: 'kiosk', role: 'viewer' });
    await access.refresh();
    let writes = 0;
    vault.changed$.subscribe(() => writes++);
    const showAtOnce = () => Promise.all(Array.from({ length: 200 }, () => enter(token(secret))));
    await showAtOnce();
    expect(writes).toBe(1);
    advance(3_600_000);
    await showAtOnce();
    expect(writes).toBe(2);
    const renewed = await accounts.renewToken({ name: 'kiosk', role: 'viewer' });
    await access.refresh();
    await enter(token(renewed));
    expect((await accounts.tokens()).get('kiosk')?.usedAt).toBe('1970-01-01T01:00:00.000Z');
  });
});

describe('a guesser', () => {
  it('is slowed down, however many tries are made at once, and the owner is not', async () => {
    await enter(password(PASSWORD), HOME);
    const tries = Array.from({ length: 30 }, (_, index) => enter(password(`guess ${index}`), ELSEWHERE));
    const outcomes = await Promise.allSettled(tries);
    const codes = outcomes.map((outcome) => (outcome.status === 'rejected' ? outcome.reason.code : 'in'));
    expect(codes.filter((code) => code === 'auth/wrong').length).toBeLessThanOrEqual(6);
    expect(codes.filter((code) => code === 'limit/exceeded').length).toBeGreaterThanOrEqual(24);
    await expect(enter(password(PASSWORD), ELSEWHERE)).rejects.toMatchObject({ code: 'limit/exceeded' });
    advance(6 * 60_000); // The memory of the right password has expired: it is checked again.
    expect(await enter(password(PASSWORD), HOME)).toMatchObject({ name: 'ana' });
  });

  it('does not lock the owner out after a restart either', async () => {
    await enter(password(PASSWORD), HOME);
    access.close();
    await open();
    for (let network = 1; network <= 40; network++) {
      const remote = { address: `10.1.0.${network}` };
      await Promise.allSettled([1, 2].map((n) => enter(password(`guess ${n}`), remote)));
    }
    await expect(enter(password(PASSWORD), ELSEWHERE)).rejects.toMatchObject({ code: 'limit/exceeded' });
    expect(await enter(password(PASSWORD), HOME)).toMatchObject({ name: 'ana' });
  });

  it('behind the same router as the owner does not lock out the browser of the owner, after a restart either', async () => {
    const principal = await enter(password(PASSWORD));
    const deviceCookie = await access.logins.deviceCookie(principal, undefined);
    access.close();
    await open();
    for (let n = 0; n < 5; n++) await enter(password(`guess ${n}`)).catch(() => undefined);
    await expect(enter(password(PASSWORD))).rejects.toMatchObject({ code: 'limit/exceeded' });
    expect(await enter(password(PASSWORD), { ...HOME, deviceCookie })).toMatchObject({ name: 'ana' });
    const before = await accounts.users();
    expect(before.get('ana')?.networks, 'nothing is stored of a browser').toEqual([HOME.address]);
  });

  it('has each try counted once, even if others log in meanwhile', async () => {
    for (let tried = 0; tried < 5; tried++) {
      const others = vault.put('logins', `other-${tried}`, {
        account: 'user:ana',
        generation: 'x',
        createdAt: '2026-01-01T00:00:00.000Z',
        expiresAt: '2026-01-01T00:00:00.000Z',
      });
      await expect(enter(password('guess'), ELSEWHERE)).rejects.toMatchObject({ code: 'auth/wrong' });
      await others;
    }
    await expect(enter(password('guess'), ELSEWHERE)).rejects.toMatchObject({ code: 'limit/exceeded' });
  });

  it('does not lock the owner out of a network from which a remembered password came', async () => {
    await enter(password(PASSWORD), HOME);
    await enter(password(PASSWORD), ELSEWHERE);
    for (let network = 1; network <= 40; network++) {
      const remote = { address: `10.1.0.${network}` };
      await Promise.allSettled([1, 2].map((n) => enter(password(`guess ${n}`), remote)));
    }
    expect(await enter(password(PASSWORD), ELSEWHERE)).toMatchObject({ name: 'ana' });
  });

  it('at many accounts from many networks at once does not keep an owner waiting', async () => {
    await enter(password(PASSWORD), HOME);
    advance(6 * 60_000); // The memory of the right password has expired: it is checked again.
    let failures = 0;
    const guesses = Array.from({ length: 60 }, (_, index) =>
      enter(password('guess', `user-${index}`), { address: `10.1.0.${index % 15}` }).catch(() => failures++),
    );
    await enter(password(PASSWORD), HOME);
    expect(failures, 'only checks that had already begun').toBeLessThanOrEqual(4);
    await Promise.all(guesses);
  }, 60_000);

  it('waits no longer if the time of day is set back meanwhile', async () => {
    const clock = new LeapingClock();
    access.close();
    access = await openGuardedAccess({ vault, scheduler: clock, elapsedMs: () => elapsedMs, log });
    let elapsedMs = 0;
    for (let n = 0; n < 5; n++) await enter(password('guess')).catch(() => undefined);
    await expect(enter(password(PASSWORD))).rejects.toMatchObject({ code: 'limit/exceeded' });
    clock.leaptMs = -24 * HOUR_MS;
    elapsedMs = 1_000;
    expect(await enter(password(PASSWORD))).toMatchObject({ name: 'ana' });
  });

  it('sees no difference between an existing user and an unknown one', async () => {
    await vault.delete('users', 'ana');
    await vault.put('users', 'rui', rui);
    await access.refresh();
    // Measure processor time, because other programs do not lengthen it.
    const costOf = async (user: string) => {
      const start = process.cpuUsage();
      await enter(password('wrong horse', user), ELSEWHERE).catch(() => undefined);
      return process.cpuUsage(start).user;
    };
    await costOf('rui');
    const [known, unknown] = [await costOf('rui'), await costOf('bia')];
    expect(unknown / known).toBeGreaterThan(0.5);
    expect(unknown / known).toBeLessThan(2);
  });
});

describe('a password that was right', () => {
  it('is not worked out again for a few minutes, but any other is', async () => {
    await vault.put('users', 'rui', rui);
    await access.refresh();
    const costOf = async (times: number) => {
      const start = process.cpuUsage();
      for (let index = 0; index < times; index++) await enter(password(PASSWORD, 'rui'));
      return process.cpuUsage(start).user;
    };
    const once = await costOf(1);
    expect(await costOf(20)).toBeLessThan(once);
    await expect(enter(password(`${PASSWORD} `, 'rui'))).rejects.toMatchObject({ code: 'auth/wrong' });
    await accounts.setPassword('rui', 'battery staple');
    await access.refresh();
    await expect(enter(password(PASSWORD, 'rui'))).rejects.toMatchObject({ code: 'auth/wrong' });
  });
});

describe('an exchange', () => {
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  const bytes = (message: string) => new TextEncoder().encode(message);

  it('is offered by the name of its mechanism', () => {
    expect(access.beginExchange('SCRAM-SHA-256', HOME)).toBeDefined();
    expect(access.beginExchange('PLAIN', HOME)).toBeUndefined();
  });

  it('counts as a guess if it fails, and looks the same for an unknown user', async () => {
    const guess = async (user: string) => {
      const exchange = access.beginExchange('SCRAM-SHA-256', ELSEWHERE);
      const first = await exchange?.step(bytes(`n,,n=${user},r=abc`));
      const nonce = /^r=([^,]+),s=[\w+/]{22}==,i=4096$/.exec(text(first?.data ?? bytes('')))?.[1];
      expect(nonce).toBeDefined();
      const proof = Buffer.alloc(32).toString('base64');
      await exchange?.step(bytes(`c=biws,r=${nonce},p=${proof}`));
    };
    await expect(guess('bia')).rejects.toMatchObject({ code: 'auth/wrong' });
    for (let tried = 0; tried < 5; tried++) {
      await expect(guess('ana')).rejects.toMatchObject({ code: 'auth/wrong' });
    }
    await expect(guess('ana')).rejects.toMatchObject({ code: 'limit/exceeded' });
  });

  it('names the same salt for an unknown user after a restart', async () => {
    const saltOf = async () => {
      const exchange = access.beginExchange('SCRAM-SHA-256', ELSEWHERE);
      const first = await exchange?.step(bytes('n,,n=bia,r=abc'));
      return /,s=([^,]+),/.exec(text(first?.data ?? bytes('')))?.[1];
    };
    const before = await saltOf();
    access.close();
    await open();
    expect(await saltOf()).toBe(before);
  });

  it('takes text only', async () => {
    const exchange = access.beginExchange('SCRAM-SHA-256', HOME);
    await expect(exchange?.step(new Uint8Array([0xff]))).rejects.toMatchObject({
      code: 'protocol/violation',
    });
  });
});

it('hubs that share a vault know the browsers of each other', async () => {
  const beside = await openGuardedAccess({ vault, scheduler, log });
  const principal = await enter(password(PASSWORD));
  const cookie = await beside.logins.deviceCookie(principal, undefined);
  await new Promise(setImmediate); // A vault in memory is read within one turn.
  expect(await access.logins.deviceCookie(principal, cookie)).toBe(cookie);
  beside.close();
});
