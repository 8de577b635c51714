import type { Access } from '../access/access.ts';
import { HubError } from '../core/error.ts';
import { isReport, type Permissions, type Rights } from '../core/rights.ts';
import { RateLimiter } from '../limits/rate-limiter.ts';
import type { Classroom } from './classroom.ts';

/**
 * Messages of one seat, over all its connections: more than a dragged slider, its virtual Pi and a program together, and a fraction of what a
 * small board passes on for thirty seats.
 */
const RATE = { burst: 1_000, everyMs: 2.5 };

/** The part of a class that decides whether its students may publish now. */
type Pausing = Pick<Classroom, 'isPaused' | 'isSeat'>;

interface SeatGuardOptions {
  readonly classroom: Pausing;
  /** A clock that never jumps, milliseconds. */
  readonly elapsedMs: () => number;
}

/**
 * The same access, but a seat of the class may publish a limited number of messages a second, and nothing while the class is paused, except for what
 * its devices report: the teacher may still move them.
 */
export function guardSeats(access: Access, { classroom, elapsedMs }: SeatGuardOptions): Access {
  const rate = new RateLimiter({ now: elapsedMs, ...RATE });
  return {
    authenticate: (credentials, remote) => access.authenticate(credentials, remote),
    beginExchange: (method, remote) => access.beginExchange(method, remote),
    rightsOf(owner, clientIdentifier) {
      const rights = access.rightsOf(owner, clientIdentifier);
      const isSeat = owner.credentialIds.some((id) => classroom.isSeat(id));
      return isSeat ? new SeatRights(rights, { classroom, rate, seat: owner.name }) : rights;
    },
    recognize: (owner) => access.recognize(owner),
    ended$: access.ended$,
    get refused() {
      return access.refused;
    },
  };
}

/** A seat, and what bounds it. */
interface Sitting {
  readonly classroom: Pausing;
  readonly rate: RateLimiter;
  readonly seat: string;
}

class SeatRights implements Rights {
  readonly #rights: Rights;
  readonly #sitting: Sitting;
  /** The prefix of topics at which a virtual Pi reports its pins. */
  readonly #board: string;

  constructor(rights: Rights, sitting: Sitting) {
    this.#rights = rights;
    this.#sitting = sitting;
    this.#board = `${sitting.seat}/board/gpio/`;
  }

  mayRead(topic: string): boolean {
    return this.#rights.mayRead(topic);
  }

  maySubscribe(path: string): boolean {
    return this.#rights.maySubscribe(path);
  }

  /** Counts as one message. */
  mayPublish(topic: string): boolean {
    const { rate, seat } = this.#sitting;
    return this.#rights.mayPublish(topic) && !this.#isHeld(topic) && rate.take(seat) === 0;
  }

  get permissions(): Permissions {
    return this.#rights.permissions;
  }

  reasonAgainst(topic: string): HubError | undefined {
    const { rate, seat } = this.#sitting;
    if (!this.#rights.mayPublish(topic)) return undefined;
    if (this.#isHeld(topic))
      return new HubError('class/paused', 'the teacher has paused the class: nothing can be changed for now');
    if (rate.waitMs(seat) === 0) return undefined;
    return new HubError('limit/exceeded', 'too many messages from this seat of the class; wait a second', {
      retryAfterSeconds: 1,
    });
  }

  #isHeld(topic: string): boolean {
    return this.#sitting.classroom.isPaused && !isReport(topic) && !topic.startsWith(this.#board);
  }
}
