import { type Identity, mayPublish, mayRead } from '../../../hub/client/identity.ts';
import { isTopicName } from '../../../hub/core/topic.ts';

const KEY = 'pinhub.learn.name';
const LETTERS = 'abcdefghjkmnpqrstuvwxyz23456789';
const LENGTH = 6;

/** A name for this browser, stored if the browser allows it: six letters and digits that are hard to confuse. */
export function createLearnerName(
  storage: Pick<Storage, 'getItem' | 'setItem'> | undefined,
  random: Pick<Crypto, 'getRandomValues'>,
): string {
  const known = storage?.getItem(KEY) ?? '';
  if (known.length === LENGTH && [...known].every((letter) => LETTERS.includes(letter))) return known;
  const bytes = random.getRandomValues(new Uint8Array(LENGTH));
  const name = Array.from(bytes, (byte) => LETTERS[byte % LETTERS.length]).join('');
  storage?.setItem(KEY, name);
  return name;
}

/** The topics that lessons publish below a user's topic: ordinary messages, and the state of a lamp, which fewer users may publish. */
const PUBLISHED = ['light', 'lamp/status', 'lamp/duty/actual'];

/**
 * The base topic of a user's lessons: `learn/<name>`; `<seat>/learn` for a user whose rights are limited to a seat of their own (`ana/#`);
 * `<user>/learn/<name>` for a user who may publish as a device only below their own name. `undefined` for a user who may publish at none of them.
 */
export function baseTopic(identity: Identity | undefined, name: string): string | undefined {
  const own = identity && isTopicName(identity.name) ? [`${identity.name}/learn/${name}`] : [];
  const bases = [`learn/${name}`, ...seatsOf(identity).map((seat) => `${seat}/learn`), ...own];
  return bases.find((base) => PUBLISHED.every((topic) => isOpenTo(identity, `${base}/${topic}`)));
}

/**
 * The prefix of a user's own devices, with a slash at its end: `ana/` for a user whose lessons are at a seat, `ana/learn`; empty for everybody else.
 */
export function devicesOf(base: string): string {
  const [, seat] = /^(.+)\/learn$/.exec(base) ?? [];
  return seat === undefined ? '' : `${seat}/`;
}

/** The base topic of a user's lessons, and the features available there. */
export interface Place {
  readonly base: string;
  /** Whether programs must authenticate to the hub. */
  readonly asksWho: boolean;
  /** Whether the user may read the topics of the hub's own board. */
  readonly seesBoard: boolean;
}

/** `undefined` for a user who may publish nowhere. */
export function placeOf(identity: Identity | undefined, name: string): Place | undefined {
  const base = baseTopic(identity, name);
  if (base === undefined) return undefined;
  const asksWho = identity !== undefined && identity.how !== 'open';
  return { base, asksWho, seesBoard: mayRead(identity, 'board/pigpiod/port/actual') };
}

export function isSamePlace(one: Place | undefined, other: Place | undefined): boolean {
  return one?.base === other?.base && one?.asksWho === other?.asksWho && one?.seesBoard === other?.seesBoard;
}

function isOpenTo(identity: Identity | undefined, topic: string): boolean {
  return identity === undefined || (mayPublish(identity, topic) && mayRead(identity, topic));
}

/** The topics below which the user may publish everything. */
function seatsOf(identity: Identity | undefined): readonly string[] {
  const filters = identity?.may.publish ?? [];
  return filters.flatMap((filter) => /^([^+#]+)\/#$/.exec(filter)?.[1] ?? []);
}
