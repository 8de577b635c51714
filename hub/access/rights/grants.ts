import type { HubError } from '../../core/error.ts';
import { matchesFilter } from '../../core/filter.ts';
import { ALL_RIGHTS, isReport, isReservedTopic, type Permissions, type Rights } from '../../core/rights.ts';
import { type Access, ANYONE, type Owner } from '../access.ts';
import type { Directory } from '../accounts/directory.ts';
import { NO_ROLE, type Role } from './role.ts';

/**
 * One client's rights at each moment: the grants of its role, looked up again when the directory has changed. A class, since V8 keeps an object
 * literal with a getter as a dictionary, and the rights are read for each message.
 */
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
    const { version } = this.#directory;
    if (this.#version === version) return this.#rights;
    this.#version = version;
    this.#rights = this.#find();
    return this.#rights;
  }

  #find(): Rights {
    const isAnyone = this.#owner.credentialIds.includes(ANYONE) && this.#directory.isValid(this.#owner);
    return isAnyone ? ALL_RIGHTS : new Grants(this.#directory.roleOf(this.#owner) ?? NO_ROLE, this.#names);
  }
}

/** The values of `%u` and `%c`. */
export interface Names {
  readonly user: string;
  readonly clientIdentifier: string;
}

/** The most cached topics, and the longest: together they bound the memory. */
const CACHED_TOPICS = 256;
const CACHED_TOPIC_LENGTH = 256;

/** The rights of a role, its patterns expanded with a client's names. */
export class Grants implements Rights {
  readonly #read: Patterns;
  readonly #publish: Patterns;
  readonly #report: Patterns;

  constructor(role: Role, names: Names) {
    this.#read = new Patterns(role.read, names);
    this.#publish = new Patterns(role.publish, names);
    this.#report = new Patterns(role.report, names);
  }

  mayRead(topic: string): boolean {
    return this.#read.match(topic);
  }

  maySubscribe(path: string): boolean {
    return this.#read.overlap(path);
  }

  get permissions(): Permissions {
    return { read: this.#read.paths, publish: this.#publish.paths, report: this.#report.paths };
  }

  mayPublish(topic: string): boolean {
    return !isReservedTopic(topic) && (isReport(topic) ? this.#report : this.#publish).match(topic);
  }
}

/** A list of filters that matches if one of them does. */
class Patterns {
  readonly paths: readonly string[];
  readonly #hasAll: boolean;
  readonly #answers = new Map<string, boolean>();

  constructor(patterns: readonly string[], names: Names) {
    this.paths = patterns.flatMap((pattern) => expand(pattern, names) ?? []);
    this.#hasAll = this.paths.includes('#');
  }

  match(topic: string): boolean {
    if (this.paths.length === 0) return false;
    if (this.#hasAll && topic[0] !== '$') return true;
    return this.#answers.get(topic) ?? this.#find(topic);
  }

  overlap(path: string): boolean {
    return this.paths.some((own) => filtersOverlap(own, path));
  }

  #find(topic: string): boolean {
    const answer = this.paths.some((path) => matchesFilter(path, topic));
    if (this.#answers.size >= CACHED_TOPICS) this.#answers.clear();
    if (topic.length <= CACHED_TOPIC_LENGTH) this.#answers.set(topic, answer);
    return answer;
  }
}

/** A pattern with its placeholders replaced; `undefined` if a name is not plain: `+` would open every user's topics (CVE-2017-7650). */
export function expand(pattern: string, { user, clientIdentifier }: Names): string | undefined {
  if (pattern.includes('%u') && !isPlain(user)) return undefined;
  if (pattern.includes('%c') && !isPlain(clientIdentifier)) return undefined;
  return pattern.replace(/%[uc]/g, (placeholder) => (placeholder === '%u' ? user : clientIdentifier));
}

/** Whether a name can be part of a topic level without a meaning of its own. */
function isPlain(name: string): boolean {
  return name !== '' && !/^\$|[/+#\0]/.test(name) && name.isWellFormed();
}

/** Whether some topic matches both filters. Their paths must be valid. */
export function filtersOverlap(one: string, other: string): boolean {
  const left = one.split('/');
  const right = other.split('/');
  // [MQTT-4.7.2-1]: a leading wildcard does not match a topic that begins with $.
  if (isWildcard(left[0]) && right[0]?.startsWith('$')) return false;
  if (isWildcard(right[0]) && left[0]?.startsWith('$')) return false;
  for (let depth = 0; depth < left.length || depth < right.length; depth++) {
    const a = left[depth];
    const b = right[depth];
    if (a === '#' || b === '#') return true; // Also the parent itself: "sport/#" and "sport".
    if (a === undefined || b === undefined) return false;
    if (a !== b && a !== '+' && b !== '+') return false;
  }
  return true;
}

function isWildcard(level: string | undefined): boolean {
  return level === '+' || level === '#';
}

/** The same access, but no client may publish to the reserved topics, whatever its role. The hub's own buses still may. */
export function reserveTopics(access: Access, isReserved: (topic: string) => boolean): Access {
  return {
    authenticate: (credentials, remote) => access.authenticate(credentials, remote),
    beginExchange: (method, remote) => access.beginExchange(method, remote),
    rightsOf: (owner, clientIdentifier) =>
      new UnreservedRights(access.rightsOf(owner, clientIdentifier), isReserved),
    recognize: (owner) => access.recognize(owner),
    ended$: access.ended$,
    get refused() {
      return access.refused;
    },
  };
}

class UnreservedRights implements Rights {
  readonly #rights: Rights;
  readonly #isReserved: (topic: string) => boolean;

  constructor(rights: Rights, isReserved: (topic: string) => boolean) {
    this.#rights = rights;
    this.#isReserved = isReserved;
  }

  mayRead(topic: string): boolean {
    return this.#rights.mayRead(topic);
  }

  maySubscribe(path: string): boolean {
    return this.#rights.maySubscribe(path);
  }

  mayPublish(topic: string): boolean {
    return !this.#isReserved(topic) && this.#rights.mayPublish(topic);
  }

  reasonAgainst(topic: string): HubError | undefined {
    return this.#isReserved(topic) ? undefined : this.#rights.reasonAgainst?.(topic);
  }

  get permissions(): Permissions {
    return this.#rights.permissions;
  }
}
