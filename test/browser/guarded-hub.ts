import { join } from 'node:path';
import { pino } from 'pino';
import { asyncScheduler } from 'rxjs';
import { Accounts } from '../../hub/access/accounts/accounts.ts';
import { openGuardedAccess } from '../../hub/access/guarded-access.ts';
import { ShareLinks } from '../../hub/access/links.ts';
import { parseRoles } from '../../hub/access/rights/role.ts';
import { Message } from '../../hub/core/message.ts';
import { openHubServer } from '../../hub/server.ts';
import { createMemoryVault } from '../hub/access/memory-vault.ts';

/** A hub in this process that requires authentication, with the built pages, and the messages that a device would have published about itself. */
export interface GuardedHub {
  readonly url: string;
  readonly accounts: Accounts;
  /** A link that logs in a user with this name and role, at a page. */
  link(name: string, role: string, page?: string): Promise<string>;
  /** Puts roles in force, in addition to the built-in ones. */
  setRoles(roles: Record<string, unknown>): void;
  /** The retained message, as text. */
  retained(topic: string): string | undefined;
  publish(topic: string, payload: string): void;
  close(): Promise<void>;
}

const LED = { kind: 'led', gpio: 21, driver: 'virtual', effects: ['none', 'blink'], frequencies: [100, 800] };
const BUTTON = { kind: 'button', gpio: 23, driver: 'virtual', pressable: true };

/** Retained from the start: the hub's own devices, and an LED on the same pin behind a name. */
const SAID: Readonly<Record<string, string>> = {
  'led/21/info': JSON.stringify({ ...LED, limits: { transition: { min: 0, max: 60 } } }),
  'led/21/status': 'online',
  'led/21/duty': '50',
  'led/21/duty/actual': '50',
  'led/21/frequency/actual': '100',
  'button/23/info': JSON.stringify(BUTTON),
  'button/23/status': 'online',
  'button/23/pressed/actual': 'false',
  'ana/led/21/info': JSON.stringify(LED),
  'ana/led/21/status': 'online',
  'ana/led/21/duty/actual': '10',
};

const log = pino({ level: 'silent' });
const pagesFolder = join(import.meta.dirname, '../../dist/pages');

export async function openGuardedHub(): Promise<GuardedHub> {
  const vault = createMemoryVault();
  const accounts = new Accounts(vault);
  const access = await openGuardedAccess({ vault, scheduler: asyncScheduler, log });
  const links = new ShareLinks({
    addresses: ['192.168.1.5'],
    accounts,
    roleNames: () => access.directory.roleNames,
    atStart: new Map(),
    namePrefix: 'link-for-',
    log,
  });
  const server = await openHubServer({
    port: 0,
    pagesFolder,
    log,
    access,
    logins: access.logins,
    accounts: access.managed,
    links,
  });
  const url = `http://localhost:${server.port}`;
  const publish = (topic: string, payload: string) => {
    server.hub.publish(new Message(topic, payload, { retain: true }));
  };
  for (const [topic, payload] of Object.entries(SAID)) publish(topic, payload);
  return {
    url,
    accounts,
    publish,
    async link(name, role, page = '/') {
      const token = await accounts.makeToken({ name, role });
      await access.refresh();
      return `${url}${page}${page.includes('?') ? '&' : '?'}token=${token}`;
    },
    setRoles(roles) {
      access.directory.roles = parseRoles(roles);
    },
    retained: (topic) => server.hub.retained.get(topic)?.text,
    async close() {
      await server.close();
      access.close();
    },
  };
}
