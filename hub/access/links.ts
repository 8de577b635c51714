import { HubError, quote } from '../core/error.ts';
import type { Principal } from './access.ts';
import type { Accounts } from './accounts/accounts.ts';

/** Links by which those who are in let others in. */
export interface Links {
  /** The addresses of this machine for others, without a port, the likeliest first; none if only this machine can reach the hub. */
  readonly addresses: readonly string[];
  /** The roles that a principal may give to others, the least powerful first. */
  rolesFor(principal: Principal): readonly string[];
  /** Resolves to a token for a link. Rejects with `auth/denied` if the principal may not give that role. */
  tokenFor(principal: Principal, role: string): Promise<string>;
}

interface ShareLinksOptions {
  readonly addresses: readonly string[];
  readonly accounts: Pick<Accounts, 'renewToken'>;
  /** All roles that there are. */
  readonly roleNames: () => readonly string[];
  /** The links of a hub without users, by role: whoever has come by one may pass it on. */
  readonly atStart: ReadonlyMap<string, string>;
  /** Names the tokens of further links: this before the role. Whoever opens the hub ends them at the next start. */
  readonly namePrefix: string;
}

/** Whoever has the first role may also give those that follow. */
const BELOW: ReadonlyMap<string, readonly string[]> = new Map([
  ['controller', ['controller', 'viewer']],
  ['viewer', ['viewer']],
]);

/** From the least powerful; roles of the configuration come after these. */
const ORDER = ['viewer', 'controller', 'device', 'admin'];

/**
 * One link for each role, made when it is first asked for, and valid until the next start of the hub: so nobody keeps a way in by making links
 * before an account ends. Admins may give every role. Where there are no users, the links of the start may be passed on.
 */
export class ShareLinks implements Links {
  readonly #options: ShareLinksOptions;
  readonly #made: Map<string, Promise<string>>;

  constructor(options: ShareLinksOptions) {
    this.#options = options;
    this.#made = new Map([...options.atStart].map(([role, token]) => [role, Promise.resolve(token)]));
  }

  get addresses(): readonly string[] {
    return this.#options.addresses;
  }

  rolesFor({ role, how }: Principal): readonly string[] {
    if (how === 'open') return []; // No link is needed, and none would be asked for.
    const { roleNames, atStart } = this.#options;
    if (role === 'admin') return [...roleNames()].sort(byPower);
    return (BELOW.get(role) ?? []).filter((each) => atStart.has(each)).sort(byPower);
  }

  async tokenFor(principal: Principal, role: string): Promise<string> {
    if (!this.rolesFor(principal).includes(role))
      throw new HubError('auth/denied', `you may not give others the role ${quote(role)}`);
    const token = this.#made.get(role) ?? this.#make(role);
    this.#made.set(role, token);
    return token;
  }

  async #make(role: string): Promise<string> {
    const { accounts, namePrefix } = this.#options;
    try {
      return await accounts.renewToken({ name: namePrefix + role, role });
    } catch (error) {
      this.#made.delete(role);
      throw error;
    }
  }
}

function byPower(one: string, other: string): number {
  return rank(one) - rank(other) || one.localeCompare(other);
}

function rank(role: string): number {
  return ORDER.includes(role) ? ORDER.indexOf(role) : ORDER.length;
}
