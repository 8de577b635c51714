import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { pino } from 'pino';
import { asyncScheduler } from 'rxjs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Accounts } from '../../../hub/access/accounts/accounts.ts';
import { type GuardedAccess, openGuardedAccess } from '../../../hub/access/guarded-access.ts';
import { type HubServer, openHubServer } from '../../../hub/server.ts';
import { CertificateFiles } from '../../../hub/tls/certificate-files.ts';
import { createSelfSigned } from '../../../hub/tls/self-signed.ts';
import { createMemoryVault } from '../../hub/access/memory-vault.ts';
import { describeWith } from '../../programs.ts';

const run = promisify(execFile);
const log = pino({ level: 'silent' });
const DAY_MS = 24 * 3_600_000;
let folder: string;
let files: CertificateFiles;
let access: GuardedAccess;
let server: HubServer;
let port: number;
let token: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pinhub-mosquitto-'));
  const validity = { notBefore: new Date(Date.now() - DAY_MS), notAfter: new Date(Date.now() + DAY_MS) };
  for (const name of ['localhost', 'ana']) {
    const pair = createSelfSigned({ names: [name], ...validity });
    await writeFile(join(folder, `${name}.pem`), pair.cert);
    await writeFile(join(folder, `${name}.key`), pair.key);
  }
  files = new CertificateFiles({
    cert: join(folder, 'localhost.pem'),
    key: join(folder, 'localhost.key'),
    clientCa: join(folder, 'ana.pem'),
    onFault: () => undefined,
  });
  const vault = createMemoryVault();
  const accounts = new Accounts(vault);
  await accounts.addUser('ana', 'correct horse', 'controller');
  token = await accounts.makeToken({ name: 'board', role: 'device' });
  access = await openGuardedAccess({ vault, scheduler: asyncScheduler, log });
  server = await openHubServer({ port: 0, pagesFolder: folder, log, access, tls: files });
  port = await server.listen('mqtt', 0);
});
afterAll(async () => {
  await server.close();
  files.close();
  access.close();
  await rm(folder, { recursive: true });
});

/** Publishes, retained; rejects with what mosquitto_pub says. */
function publish(topic: string, payload: string, ...shown: string[]) {
  const where = ['-h', 'localhost', '-p', String(port), '--cafile', join(folder, 'localhost.pem')];
  return run('mosquitto_pub', [...where, '-V', '5', '-q', '1', '-r', '-t', topic, '-m', payload, ...shown]);
}

const retained = (topic: string) => server.hub.retained.get(topic)?.text;

describeWith('mosquitto_pub', 'mosquitto_pub with TLS', () => {
  it('trusts the certificate of the lab, and comes in with a token', async () => {
    await publish('led/21/status', 'online', '-u', 'token', '-P', token);
    expect(retained('led/21/status')).toBe('online');
  });

  it('comes in with a password, and is told what it may not publish', async () => {
    const shown = ['-u', 'ana', '-P', 'correct horse'];
    await publish('led/21/duty', '40', ...shown);
    expect(retained('led/21/duty')).toBe('40');
    const { stderr } = await publish('led/21/duty/actual', '40', ...shown);
    expect(stderr).toMatch(/not authori[sz]ed/i);
    expect(retained('led/21/duty/actual')).toBeUndefined();
  });

  it('comes in with a certificate under its name', async () => {
    const shown = ['--cert', join(folder, 'ana.pem'), '--key', join(folder, 'ana.key')];
    await publish('led/22/duty', '7', ...shown);
    expect(retained('led/22/duty')).toBe('7');
  });

  it('does not come in with nothing', async () => {
    await expect(publish('led/21/duty', '9')).rejects.toThrow(/not authori[sz]ed/i);
    expect(retained('led/21/duty')).toBe('40');
  });
});
