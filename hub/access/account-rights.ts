import { ALL_RIGHTS, type Permissions, type Rights } from '../core/rights.ts';
import type { Owner } from './access.ts';
import { ANYONE, type Directory } from './directory.ts';
import { Grants, type Names } from './grants.ts';
import { NO_ROLE } from './role.ts';

/** What one client may do at this moment: the grants of its account, looked up anew whenever the directory has changed. */
export class AccountRights implements Rights {
  readonly #directory: Directory;
  readonly #owner: Owner;
  readonly #names: Names;
  #version: number | undefined;
  #rights: Rights = ALL_RIGHTS;

  constructor(directory: Directory, owner: Owner, clientIdentifier: string) {
    this.#directory = directory;
    this.#owner = owner;
    this.#names = { user: owner.name, clientIdentifier };
  }

  mayRead(topic: string): boolean {
    return this.#current().mayRead(topic);
  }

  maySubscribe(path: string): boolean {
    return this.#current().maySubscribe(path);
  }

  mayPublish(topic: string): boolean {
    return this.#current().mayPublish(topic);
  }

  get permissions(): Permissions {
    return this.#current().permissions;
  }

  #current(): Rights {
    if (this.#version !== this.#directory.version) {
      this.#version = this.#directory.version;
      this.#rights = this.#find();
    }
    return this.#rights;
  }

  #find(): Rights {
    const { grounds } = this.#owner;
    const stands = this.#directory.stands(this.#owner);
    if (stands && grounds.includes(ANYONE)) return ALL_RIGHTS;
    const account = stands && this.#directory.account(grounds[0] ?? '');
    const role = account ? this.#directory.role(account.role) : undefined;
    return new Grants(role ?? NO_ROLE, this.#names);
  }
}
