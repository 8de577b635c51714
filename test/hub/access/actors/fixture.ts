import { pino } from 'pino';
import { asyncScheduler, NEVER } from 'rxjs';
import { Accounts } from '../../../../hub/access/accounts/accounts.ts';
import { type GuardedAccess, openGuardedAccess } from '../../../../hub/access/guarded-access.ts';
import { parseRoles } from '../../../../hub/access/rights/role.ts';
import type { Vault } from '../../../../hub/access/vault/vault.ts';
import { type Classroom, openClassroom } from '../../../../hub/classroom/classroom.ts';
import { createMemoryHistory } from '../../../../hub/history/open-history.ts';
import { type HubServer, openHubServer } from '../../../../hub/server.ts';
import { type CertificateAndKey, createSelfSigned } from '../../../../hub/tls/self-signed.ts';
import { createMemoryVault } from '../memory-vault.ts';
import { createQuickUser } from '../quick-user.ts';
import { request } from './request.ts';

export const PASSWORD = 'correct horse';
export const ROLES = [
  'viewer',
  'controller',
  'seat',
  'teacher',
  'integration',
  'device',
  'admin',
  'pupil',
] as const;

/** The role of docs/share.md, except that it reads only its own topics. */
const roles = parseRoles({ pupil: { read: ['%u/#'], publish: ['%u/#'], report: ['%u/#'] } });
const log = pino({ level: 'silent' });
const DAY_MS = 24 * 3_600_000;

/** The credentials of a role: a user with the role's name, a certificate, and a token. */
export interface Account {
  readonly user: string;
  readonly tokenName: string;
  readonly token: string;
  readonly certificate: CertificateAndKey;
}

/** A hub with all its entrances, and what is needed to connect. */
export interface Hub {
  readonly server: HubServer;
  readonly mqttPort: number;
  /** The certificate that identifies the hub, if it encrypts. */
  readonly ca: string | undefined;
}

/** Two hubs, one in the clear and one with TLS, that admit the same users. */
export interface Fixture {
  readonly clear: Hub;
  readonly encrypted: Hub;
  readonly accounts: ReadonlyMap<string, Account>;
  /** Lets the quarter of an hour pass after which wrong passwords are forgotten. */
  forgetGuesses(): void;
  close(): Promise<void>;
}

export async function openFixture(): Promise<Fixture> {
  const vault = createMemoryVault();
  const accounts = new Map(await Promise.all(ROLES.map((role) => addAccount(vault, role))));
  let passedMs = 0;
  const elapsedMs = () => performance.now() + passedMs;
  const access = await openGuardedAccess({ vault, scheduler: asyncScheduler, elapsedMs, log, roles });
  const own = createCertificate('localhost');
  const ca = [...accounts.values()].map(({ certificate }) => certificate.cert).join('');
  const classroom = await openClassroom({ accounts: access.managed, vault, reserved: [], elapsedMs, log });
  const clear = await openHub({ access, classroom }, undefined);
  const encrypted = await openHub({ access, classroom }, { ...own, ca });
  return {
    clear,
    encrypted,
    accounts,
    forgetGuesses: () => {
      passedMs += 15 * 60_000;
    },
    async close() {
      await Promise.all([clear.server.close(), encrypted.server.close()]);
      classroom.close();
      access.close();
    },
  };
}

export function createCertificate(name: string): CertificateAndKey {
  const now = Date.now();
  const notBefore = new Date(now - DAY_MS);
  return createSelfSigned({ names: [name, '127.0.0.1'], notBefore, notAfter: new Date(now + DAY_MS) });
}

async function addAccount(vault: Vault, role: string): Promise<[role: string, Account]> {
  const tokenName = `${role}-token`;
  await vault.put('users', role, await createQuickUser(role, PASSWORD));
  const token = await new Accounts(vault).makeToken({ name: tokenName, role });
  return [role, { user: role, tokenName, token, certificate: createCertificate(role) }];
}

async function openHub(
  { access, classroom }: { readonly access: GuardedAccess; readonly classroom: Classroom },
  tls: { cert: string; key: string; ca: string } | undefined,
): Promise<Hub> {
  const server = await openHubServer({
    port: 0,
    pagesFolder: '/nowhere',
    log,
    access,
    logins: access.logins,
    accounts: access.managed,
    classroom,
    history: createMemoryHistory(log),
    tls: tls && { current: tls, renewed$: NEVER },
  });
  return { server, mqttPort: await server.listen('mqtt', 0), ca: tls?.cert };
}

/** The refusals that a hub reports: of clients of one way (`mqtt`, …), and of all clients that were not admitted. */
export interface Refusals {
  readonly ofWay: number;
  readonly logins: number;
}

/** Asks a hub like monitoring. */
export async function countRefusals(hub: Hub, way: string, token: string): Promise<Refusals> {
  const { body } = await request(hub, '/metrics', { headers: { authorization: `Bearer ${token}` } });
  const read = (name: string) => {
    const line = body.split('\n').find((text) => text.startsWith(`${name} `));
    if (line === undefined) throw new Error(`there is no ${name} in the metrics`);
    return Number(line.slice(name.length + 1));
  };
  return {
    ofWay: read(`pinhub_refusals_total{way="${way}"}`),
    logins: read('pinhub_logins_refused_total'),
  };
}
