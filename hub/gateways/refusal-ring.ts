import type { Subscription } from 'rxjs';
import type { ClientEvents, Refused } from './client-events.ts';

/** How many refusals are remembered. */
export const REMEMBERED_REFUSALS = 500;

/** The longest name of a client or user, and the longest message, that is kept. Both have limits because anybody can send them. */
const LONGEST = 256;

/** A refusal, or several in a row that differ in nothing but their time. */
export interface KeptRefusal extends Omit<Refused, 'error'> {
  /** The number of the refusal; later refusals have higher numbers. */
  readonly number: number;
  readonly code: string;
  readonly message: string;
  /** The times of the first and the last of these refusals, milliseconds of the hub's clock. */
  readonly firstAt: number;
  lastAt: number;
  times: number;
}

/** The last refusals of all gateways. */
export class RefusalRing {
  readonly #now: () => number;
  readonly #kept: KeptRefusal[] = [];
  readonly #listening: Subscription;
  #count = 0;

  constructor({ refused$ }: Pick<ClientEvents, 'refused$'>, now: () => number) {
    this.#now = now;
    this.#listening = refused$.subscribe((refused) => this.#keep(refused));
  }

  /** The refusals, the newest first. */
  get newest(): readonly KeptRefusal[] {
    return this.#kept.toReversed();
  }

  close(): void {
    this.#listening.unsubscribe();
  }

  #keep({ error, ...refused }: Refused): void {
    const now = this.#now();
    const last = this.#kept.at(-1);
    if (last && isAlike(last, refused, error)) {
      last.times++;
      last.lastAt = now;
      return;
    }
    const { client, user } = refused;
    this.#kept.push({
      ...refused,
      client: client?.slice(0, LONGEST),
      user: user?.slice(0, LONGEST),
      number: ++this.#count,
      code: error.code,
      message: error.message.slice(0, LONGEST),
      firstAt: now,
      lastAt: now,
      times: 1,
    });
    if (this.#kept.length > REMEMBERED_REFUSALS) this.#kept.shift();
  }
}

function isAlike(
  last: KeptRefusal,
  { protocol, address, client, user }: Omit<Refused, 'error'>,
  { code, message }: Refused['error'],
): boolean {
  return (
    last.protocol === protocol &&
    last.address === address &&
    last.client === client?.slice(0, LONGEST) &&
    last.user === user?.slice(0, LONGEST) &&
    last.code === code &&
    last.message === message.slice(0, LONGEST)
  );
}
