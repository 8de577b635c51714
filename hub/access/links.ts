import type { Logger } from 'pino';
import { HubError, quote } from '../core/error.ts';
import type { Principal } from './access.ts';
import type { Accounts } from './accounts/accounts.ts';
import { type Maker, toAccountName } from './accounts/records.ts';

/** Links with which authenticated users invite others. */
export interface Links {
  /** The addresses at which other machines reach this one, without a port, the likeliest first; none if only this machine can reach the hub. */
  readonly addresses: readonly string[];
  /** The roles that a principal may give to others, the least powerful first. */
  rolesFor(principal: Principal): readonly string[];
  /** Resolves to a token for a link. Rejects with `auth/denied` if the principal may not give that role. */
  tokenFor(principal: Principal, role: string): Promise<string>;
}

interface ShareLinksOptions {
  readonly addresses: readonly string[];
  readonly accounts: Pick<Accounts, 'renewToken' | 'hasToken'>;
  readonly roleNames: () => readonly string[];
  /** The links of a hub without users, by role. Anyone who has such a link may pass it on. */
  readonly atStart: ReadonlyMap<string, string>;
  /** The names of further tokens begin with this, before the role and the maker. They are revoked at the next start. */
  readonly namePrefix: string;
  readonly log: Logger;
}

/** The roles that a principal may give to others, by the principal's own role. */
const BELOW: ReadonlyMap<string, readonly string[]> = new Map([
  ['controller', ['controller', 'viewer']],
  ['viewer', ['viewer']],
]);

/** From the least powerful; roles of the configuration come after these. */
const ORDER = ['viewer', 'seat', 'controller', 'teacher', 'integration', 'device', 'admin'];

/** One link for each role and maker, until the next start, or until the maker's account, secret or role ends. Admins may give every role. */
export class ShareLinks implements Links {
  readonly #options: ShareLinksOptions;
  /** The last link of each role and maker. */
  readonly #made = new Map<string, Promise<string>>();

  constructor(options: ShareLinksOptions) {
    this.#options = options;
  }

  get addresses(): readonly string[] {
    return this.#options.addresses;
  }

  rolesFor({ role, how }: Principal): readonly string[] {
    if (how === 'open') return []; // No link is needed, and the hub would not ask for one.
    const { roleNames, atStart } = this.#options;
    if (role === 'admin') return [...roleNames()].sort(byPower);
    return (BELOW.get(role) ?? []).filter((each) => atStart.has(each)).sort(byPower);
  }

  async tokenFor(principal: Principal, role: string): Promise<string> {
    if (!this.rolesFor(principal).includes(role))
      throw new HubError('auth/denied', `you may not give others the role ${quote(role)}`);
    const { accounts, atStart } = this.#options;
    const given = atStart.get(role);
    if (given !== undefined && (await accounts.hasToken(given))) return given;
    if (principal.role !== 'admin')
      throw new HubError(
        'auth/denied',
        `the link for ${quote(role)} was revoked; the next start makes another`,
      );
    return this.#madeBy(principal, role);
  }

  /** Makes the link again if it was revoked. Concurrent callers get the same one. */
  async #madeBy(principal: Principal, role: string): Promise<string> {
    const { name, credentialIds, generation } = principal;
    const maker = { account: credentialIds[0] ?? '', generation, role: principal.role };
    const key = JSON.stringify([role, name, maker]);
    const former = this.#made.get(key);
    if (former && (await this.#isAlive(former))) return former;
    const latest = this.#made.get(key);
    if (latest && latest !== former) return latest; // Another caller has made one meanwhile.
    const token = this.#make(role, name, maker);
    this.#made.set(key, token);
    return token;
  }

  async #isAlive(link: Promise<string>): Promise<boolean> {
    const token = await link.catch(() => undefined);
    return token !== undefined && this.#options.accounts.hasToken(token);
  }

  async #make(role: string, by: string, maker: Maker): Promise<string> {
    const { accounts, namePrefix, log } = this.#options;
    const name = toAccountName(`${namePrefix}${role}-by-${by}`);
    const token = await accounts.renewToken({ name, role, maker });
    log.info({ name, role, maker: by }, 'a link was made');
    return token;
  }
}

function byPower(one: string, other: string): number {
  return rank(one) - rank(other) || one.localeCompare(other);
}

function rank(role: string): number {
  return ORDER.includes(role) ? ORDER.indexOf(role) : ORDER.length;
}
