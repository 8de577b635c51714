import { type Identity, mayPublish, mayRead } from '../../../hub/client/identity.ts';
import { isTopicName } from '../../../hub/core/topic.ts';

const KEY = 'pinhub.learn.name';
const LETTERS = 'abcdefghjkmnpqrstuvwxyz23456789';
const LENGTH = 6;

/** A name for this browser, remembered where the browser allows it: six letters and digits that nobody mixes up. */
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

/** What lessons publish, below a person's topic: ordinary messages, and what a lamp says of itself, for which fewer have the right. */
const PUBLISHED = ['light', 'lamp/status', 'lamp/duty/actual'];

/**
 * The topic below which a person's lessons are: `learn/<name>`; `<seat>/learn` for somebody whose rights end at a seat of their own (`ana/#`);
 * `<user>/learn/<name>` for somebody who may speak for devices only below their own name. `undefined` for somebody who may publish at none.
 */
export function baseTopic(identity: Identity | undefined, name: string): string | undefined {
  const own = identity && isTopicName(identity.name) ? [`${identity.name}/learn/${name}`] : [];
  const bases = [`learn/${name}`, ...seatsOf(identity).map((seat) => `${seat}/learn`), ...own];
  return bases.find((base) => PUBLISHED.every((topic) => isOpenTo(identity, `${base}/${topic}`)));
}

/**
 * What stands before the topics of a person's own devices, with a slash at its end: `ana/` for somebody whose lessons are at a seat, `ana/learn`;
 * nothing for everybody else.
 */
export function devicesOf(base: string): string {
  const [, seat] = /^(.+)\/learn$/.exec(base) ?? [];
  return seat === undefined ? '' : `${seat}/`;
}

/** Where somebody's lessons are, and what there is. */
export interface Place {
  readonly base: string;
  /** Whether the hub asks programs who they are. */
  readonly asksWho: boolean;
  /** Whether one may read what the hub's own board tells of itself. */
  readonly seesBoard: boolean;
}

/** `undefined` for somebody who may publish nowhere. */
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

/** The topics below which somebody may publish everything. */
function seatsOf(identity: Identity | undefined): readonly string[] {
  const filters = identity?.may.publish ?? [];
  return filters.flatMap((filter) => /^([^+#]+)\/#$/.exec(filter)?.[1] ?? []);
}
