import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { asyncScheduler } from 'rxjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Accounts } from '../../../hub/access/accounts.ts';
import { type GuardedAccess, openGuardedAccess } from '../../../hub/access/guarded-access.ts';
import { createMemoryVault } from '../../../hub/access/memory-vault.ts';
import { parseRoles } from '../../../hub/access/role.ts';
import { Message } from '../../../hub/core/message.ts';
import { type HubServer, openHubServer } from '../../../hub/server.ts';
import { type Actor, type Ports, type Shown, WAYS } from './actors.ts';

const PASSWORD = 'correct horse';
const log = pino({ level: 'silent' });
const roles = parseRoles({
  student: { read: ['lab/%u/#'], publish: ['lab/%u/#'] },
  nobody: {},
});

let folder: string;
let access: GuardedAccess;
let server: HubServer;
let ports: Ports;
const tokens = new Map<string, string>();

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pinhub-access-'));
  const vault = createMemoryVault();
  const accounts = new Accounts(vault);
  for (const role of roles.keys()) tokens.set(role, await accounts.makeToken({ name: role, role }));
  await accounts.addUser('ana', PASSWORD, 'student');
  access = await openGuardedAccess({ vault, scheduler: asyncScheduler, log, roles });
  server = await openHubServer({ port: 0, pagesFolder: folder, log, access, logins: access.logins });
  ports = { pages: server.port, mqtt: await server.listenMqtt(0) };
  for (const topic of RETAINED) server.hub.publish(new Message(topic, '1', { retain: true }));
});
afterAll(async () => {
  await server.close();
  access.close();
  await rm(folder, { recursive: true });
});

const RETAINED = [
  'led/21/duty',
  'led/21/duty/actual',
  'lab/student/led/1/duty',
  'lab/ana/led/1/duty',
  '$SYS/test',
];
const [DUTY, ACTUAL, STUDENTS, ANAS, SYSTEM] = RETAINED as [string, string, string, string, string];
const DEVICES = [DUTY, ACTUAL, STUDENTS, ANAS].sort();

/** Something live for everyone who may read anything. */
function nudge(): void {
  for (const topic of RETAINED) server.hub.publish(new Message(topic, 'live'));
}

/** Who may publish what, and read what: once for all ways in. */
const RULES: Record<string, { readonly publish: readonly string[]; readonly read: readonly string[] }> = {
  viewer: { publish: [], read: DEVICES },
  controller: { publish: [DUTY, STUDENTS, ANAS], read: DEVICES },
  device: { publish: DEVICES, read: DEVICES },
  admin: { publish: DEVICES, read: [...DEVICES, SYSTEM] },
  student: { publish: [STUDENTS], read: [STUDENTS] },
  nobody: { publish: [], read: [] },
};

async function enter(way: string, shown: Shown): Promise<Actor> {
  const open = WAYS[way];
  if (!open) throw new Error(`there is no way ${way}`);
  return open(ports, shown);
}

describe.each(Object.keys(WAYS))('by %s', (way) => {
  describe.each(Object.entries(RULES))('a %s', (role, rule) => {
    let actor: Actor;
    beforeAll(async () => {
      actor = await enter(way, { token: tokens.get(role) ?? '' });
    });
    afterAll(() => actor.close());

    it.each(RETAINED)('may publish to %s, or is told that it may not', async (topic) => {
      const before = server.hub.retained.get(topic)?.text;
      const outcome = await actor.publish(topic, `by ${role}`);
      expect(outcome).toBe(rule.publish.includes(topic) ? 'allowed' : 'denied');
      expect(server.hub.retained.get(topic)?.text).toBe(outcome === 'allowed' ? `by ${role}` : before);
    });

    it.each(RETAINED)('may read %s, or is told that it may not', async (topic) => {
      expect(await actor.read(topic, nudge)).toEqual(rule.read.includes(topic) ? [topic] : 'denied');
    });
  });

  it('a user comes in with a password, and %u is their name', async () => {
    const actor = await enter(way, { user: 'ana', password: PASSWORD });
    expect(await actor.publish(ANAS, '2')).toBe('allowed');
    expect(await actor.publish(STUDENTS, '2')).toBe('denied');
    await actor.close();
  });

  it('nobody comes in with nothing, a wrong password, or a wrong token', async () => {
    await expect(enter(way, {})).rejects.toThrow(/auth\/required|401|not authorized/i);
    const wrong = /auth\/denied|401|bad user ?name or password/i;
    await expect(enter(way, { user: 'ana', password: 'wrong horse' })).rejects.toThrow(wrong);
    await expect(enter(way, { user: 'bia', password: PASSWORD })).rejects.toThrow(wrong);
    await expect(enter(way, { token: 'ph_wrong' })).rejects.toThrow(wrong);
  });
});

describe.each(Object.keys(WAYS).filter((way) => way !== 'REST'))('by %s', (way) => {
  it.each(Object.entries(RULES))(
    'a %s learns by a wildcard what it may read, and no more',
    async (role, rule) => {
      const actor = await enter(way, { token: tokens.get(role) ?? '' });
      const known = rule.read.filter((topic) => !topic.startsWith('$'));
      expect(await actor.read('#', nudge)).toEqual(known.length > 0 ? [...known].sort() : 'denied');
      const system = await actor.read('$SYS/#', nudge);
      if (role === 'admin') expect(system).toContain(SYSTEM);
      else expect(system).toBe('denied');
      await actor.close();
    },
  );
});
