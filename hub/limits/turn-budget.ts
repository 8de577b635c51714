/** The longest that one client may keep all others waiting in a turn of the event loop, milliseconds. */
const SHARE_MS = 5;

/** What all clients together may use in a turn before each is held to `LEAST_MS`. */
const TURN_MS = 20;
const LEAST_MS = 0.5;

/** What connections that have not been let in may use together in a turn: thousands may come at once, and clients must not wait for all of them. */
const UNAUTHENTICATED_MS = 4;

/** `Share.check` reads the clock once in so many calls. */
const CALLS_PER_LOOK = 16;

/** Work that waits for a later turn, oldest first. */
class Line {
  #due: (() => void)[] = [];
  #served = 0;
  #later: (() => void)[] = [];

  get isEmpty(): boolean {
    return this.#served === this.#due.length && this.#later.length === 0;
  }

  add(work: () => void): void {
    this.#later.push(work);
  }

  /** What waits now may be served; what is added from now on waits for another turn. */
  beginTurn(): void {
    if (this.#served < this.#due.length) return;
    this.#due = this.#later;
    this.#served = 0;
    this.#later = [];
  }

  next(): (() => void) | undefined {
    return this.#served < this.#due.length ? this.#due[this.#served++] : undefined;
  }
}

/**
 * Divides each turn of the event loop among all who send to the hub, whatever protocol they speak. A connection does its work through a
 * `Share`; once that is used up, it waits for a later turn. Whoever waits is served in order, as far as the turn's time goes.
 */
export class TurnBudget {
  readonly #elapsedMs: () => number;
  readonly #clients = new Line();
  readonly #unauthenticated = new Line();
  readonly #admission = new Share(this);
  #turn = 0;
  #isCounting = false;
  #clientsMs = 0;
  #unauthenticatedMs = 0;
  /** Whose work is under way, and since when. */
  #current: Share | undefined;
  #since = 0;

  /** `elapsedMs` is a clock that never jumps, milliseconds. */
  constructor(elapsedMs: () => number = () => performance.now()) {
    this.#elapsedMs = elapsedMs;
  }

  /** The number of the present turn. */
  get turn(): number {
    this.#count();
    return this.#turn;
  }

  /** What a connection may use; it is unauthenticated until `isLetIn` is set. */
  createShare(): Share {
    return new Share(this);
  }

  /** Does work for a connection that wants to be let in: now, or in the first turn that has time left for it. */
  admit(work: () => void): void {
    this.#count();
    if (this.#unauthenticatedMs < UNAUTHENTICATED_MS && this.#unauthenticated.isEmpty) this.#admitNow(work);
    else this.#unauthenticated.add(() => this.#admitNow(work));
  }

  #admitNow(work: () => void): void {
    this.#admission.run(work);
  }

  /** Whether a share is used up with this much in this turn, its work that is under way not included. */
  isSpent(share: Share, settledMs: number): boolean {
    const current = this.#current;
    const runningMs = current ? this.#elapsedMs() - this.#since : 0;
    const usedMs = settledMs + (current === share ? runningMs : 0);
    const alikeMs = current?.isLetIn === share.isLetIn ? runningMs : 0;
    if (!share.isLetIn) return usedMs > LEAST_MS || this.#unauthenticatedMs + alikeMs >= UNAUTHENTICATED_MS;
    return usedMs > SHARE_MS || (usedMs > LEAST_MS && this.#clientsMs + alikeMs > TURN_MS);
  }

  /** Does work in a later turn, behind all that waits already. */
  later(isLetIn: boolean, work: () => void): void {
    this.#count();
    (isLetIn ? this.#clients : this.#unauthenticated).add(work);
  }

  /** From now on time is charged to `share`. Returns the share that it was charged to before. */
  charge(share: Share | undefined): Share | undefined {
    const before = this.#current;
    const now = this.#elapsedMs();
    if (before) this.#add(before, now - this.#since);
    this.#current = share;
    this.#since = now;
    return before;
  }

  /** Whether time is charged to `share` now. */
  isCharging(share: Share): boolean {
    return this.#current === share;
  }

  /** Ends what `charge` began, unless time is charged to somebody else by now. */
  settle(share: Share): void {
    if (this.#current === share) this.charge(undefined);
  }

  #add(share: Share, ms: number): void {
    share.add(ms);
    if (share.isLetIn) this.#clientsMs += ms;
    else this.#unauthenticatedMs += ms;
  }

  #count(): void {
    if (this.#isCounting) return;
    this.#isCounting = true;
    setImmediate(() => this.#beginTurn());
  }

  #beginTurn(): void {
    this.#isCounting = false;
    this.#turn++;
    this.#clientsMs = 0;
    this.#unauthenticatedMs = 0;
    this.#clients.beginTurn();
    this.#unauthenticated.beginTurn();
    this.#serve();
    if (!this.#clients.isEmpty || !this.#unauthenticated.isEmpty) this.#count();
  }

  /** One at a time, each in a tick of its own: what it has put off to the next tick is then done, and charged to it. */
  readonly #serve = (): void => {
    const next = this.#next();
    if (!next) return;
    next();
    process.nextTick(this.#serve);
  };

  #next(): (() => void) | undefined {
    const unauthenticated = this.#unauthenticatedMs < UNAUTHENTICATED_MS && this.#unauthenticated.next();
    return unauthenticated || (this.#clientsMs < TURN_MS ? this.#clients.next() : undefined);
  }
}

/** One connection's part of each turn. */
export class Share {
  /** Whether its client has been let in. The others have little time, and all of them together. */
  isLetIn = false;
  readonly #budget: TurnBudget;
  #turn = -1;
  #usedMs = 0;
  #calls = 0;

  constructor(budget: TurnBudget) {
    this.#budget = budget;
  }

  /** Whether what is left to do has to wait for a later turn. */
  get isUsedUp(): boolean {
    return this.#budget.isSpent(this, this.#turn === this.#budget.turn ? this.#usedMs : 0);
  }

  /** The same for loops that ask before each step: it looks at the clock now and then, so that asking costs nothing. */
  check(): boolean {
    return ++this.#calls % CALLS_PER_LOOK === 0 && this.isUsedUp;
  }

  /** Does work, and charges the time that it takes. */
  run<T>(work: () => T): T {
    if (this.#budget.isCharging(this)) return work();
    const before = this.#budget.charge(this);
    try {
      return work();
    } finally {
      this.#budget.charge(before);
    }
  }

  /** Does work, and charges also what it puts off to the next tick, as Socket.IO does; then goes on with `then`. */
  runWithTick(work: () => void, then: () => void): void {
    this.#budget.charge(this);
    work();
    process.nextTick(() => {
      this.#budget.settle(this);
      then();
    });
  }

  /** Does work in a later turn. */
  later(work: () => void): void {
    this.#budget.later(this.isLetIn, work);
  }

  /** Adds time that was used in the present turn, milliseconds. */
  add(ms: number): void {
    const { turn } = this.#budget;
    if (turn !== this.#turn) this.#usedMs = 0;
    this.#turn = turn;
    this.#usedMs += ms;
  }
}
