import { matchesFilter } from '../core/filter.ts';
import { isReport, isReservedTopic, type Permissions, type Rights } from '../core/rights.ts';
import { filtersOverlap } from './filter-overlap.ts';
import type { Role } from './role.ts';

/** Who `%u` and `%c` stand for. */
export interface Names {
  readonly user: string;
  readonly clientIdentifier: string;
}

/** Topics remembered with their answers, and the longest that is worth it. Together they bound the memory. */
const CACHED_TOPICS = 256;
const CACHED_TOPIC_LENGTH = 256;

/** A role's patterns with the names put in: the rights themselves. */
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

/** Filters, at least one of which must match. */
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

/**
 * A pattern with the names put in, or `undefined` where a name is no plain part of a level: `+` for a name would else
 * open every name's topics (CVE-2017-7650).
 */
export function expand(pattern: string, { user, clientIdentifier }: Names): string | undefined {
  if (pattern.includes('%u') && !isPlain(user)) return undefined;
  if (pattern.includes('%c') && !isPlain(clientIdentifier)) return undefined;
  return pattern.replace(/%[uc]/g, (placeholder) => (placeholder === '%u' ? user : clientIdentifier));
}

/** Whether a name can be part of a topic level and mean nothing but itself. */
function isPlain(name: string): boolean {
  return name !== '' && !/^\$|[/+#\0]/.test(name) && name.isWellFormed();
}
