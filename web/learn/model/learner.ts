import { type Identity, mayPublish, mayRead } from '../../../hub/client/identity.ts';

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

/**
 * The topic below which a person's lessons are: `learn/<name>`, or `<seat>/learn` for somebody whose rights end at a seat of their own
 * (`ana/#`). `undefined` for somebody who may publish at neither.
 */
export function baseTopic(identity: Identity | undefined, name: string): string | undefined {
  const bases = [`learn/${name}`, ...seatsOf(identity).map((seat) => `${seat}/learn`)];
  return bases.find((base) => isOpenTo(identity, `${base}/x`));
}

function isOpenTo(identity: Identity | undefined, topic: string): boolean {
  return identity === undefined || (mayPublish(identity, topic) && mayRead(identity, topic));
}

/** The topics below which somebody may publish everything. */
function seatsOf(identity: Identity | undefined): readonly string[] {
  const filters = identity?.may.publish ?? [];
  return filters.flatMap((filter) => /^([^+#]+)\/#$/.exec(filter)?.[1] ?? []);
}
