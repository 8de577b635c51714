import { networkOf } from './network.ts';
import { type Clocks, SYSTEM_CLOCKS, WorkClock } from './work-clock.ts';
import { WaitingLine, type Work } from './work-queue.ts';

/** The longest that one client may keep all others waiting in a turn of the event loop, milliseconds. */
const SHARE_MS = 2;

/** The time that all clients together may use in a turn. Once it is used up, everybody waits in line. */
const TURN_MS = 20;

/** How much of what a client has used is forgotten in a millisecond. A client that uses more than this part of the time is busy. */
const FORGETTING = 0.1;

/** The time that busy clients may use together in a turn, so that the others, which want little, need not wait for them. */
const BUSY_MS = 2;

/** The time that unauthenticated connections, and those that come or go, may use together in a turn: thousands may do so at once, and clients must not wait for all of them. */
const UNAUTHENTICATED_MS = 4;

/** The time that one of them may use. */
const LEAST_MS = 0.5;

/** Before any time. */
const UNKNOWN = -1;

/** `Share.check` reads the clock once in so many calls. */
const CALLS_PER_LOOK = 16;

/**
 * Divides each turn of the event loop among all who send to the hub, whatever protocol they speak. A connection does its work through a
 * `Share`; once that is used up, it waits for a later turn. Clients are served in the order in which they wait, as far as the turn's time goes;
 * busy ones come last. Of the unauthenticated connections, the networks take turns, so that one network with many connections does not keep
 * the rest out.
 */
export class TurnBudget {
  /** How many TLS handshakes are under way: they take time between what one client uses and what the next does. */
  handshakes = 0;
  readonly #clock: WorkClock;
  readonly #clients = new WaitingLine();
  readonly #busy = new WaitingLine();
  readonly #unauthenticated = new WaitingLine();
  readonly #comingAndGoing = new Share(this);
  #turn = 0;
  #isCounting = false;
  #isLifted = false;
  #clientsMs = 0;
  #busyMs = 0;
  #unauthenticatedMs = 0;
  /** Whose work is under way, and since when. */
  #current: Share | undefined;
  #since = 0;
  /**
   * When the last work ended that the rest of this turn follows without a pause; `UNKNOWN` if there may have been one. V8 keeps a field that is
   * always a number in place, and makes a new object for each number in a field that may be `undefined`.
   */
  #endedAt = UNKNOWN;
  #lookedAt = 0;

  constructor(clocks: Clocks = SYSTEM_CLOCKS) {
    this.#clock = new WorkClock(clocks);
  }

  /** The number of the present turn. */
  get turn(): number {
    this.#count();
    return this.#turn;
  }

  /** What a connection may use; it is unauthenticated until `isLetIn` is set. `address` is its client's. */
  createShare(address = ''): Share {
    return new Share(this, networkOf(address));
  }

  /** Does work for a connection that wants to be let in: now, or in the first turn that has time left for it. */
  admit(work: () => void, address = ''): void {
    this.#doOrDefer(networkOf(address), () => this.#comingAndGoing.run(work));
  }

  /** The same for work that ends a connection of `network`, as far as it is done when the call returns. */
  release(network: string, work: () => void): void {
    this.#doOrDefer(`leaving ${network}`, () => this.#comingAndGoing.run(work));
  }

  /** The same for work that goes on in the next tick. */
  releaseWithTick(network: string, work: () => void): void {
    this.#doOrDefer(`leaving ${network}`, () => this.#comingAndGoing.runWithTick(work, nothing, false));
  }

  /** From now on connections end without waiting for each other: the hub is closing, and there is nobody left to be kept waiting. */
  lift(): void {
    this.#isLifted = true;
    this.#count();
  }

  #doOrDefer(lane: string, work: () => void): void {
    this.#count();
    if (this.#isLifted || (this.#unauthenticatedMs < UNAUTHENTICATED_MS && this.#unauthenticated.isEmpty))
      work();
    else this.#unauthenticated.add(lane, work);
  }

  /** Whether a share is used up with this much in this turn, its work that is under way not included. */
  isSpent(share: Share, settledMs: number): boolean {
    const current = this.#current;
    const runningMs = current ? this.#clock.now() - this.#since : 0;
    const usedMs = settledMs + (current === share ? runningMs : 0);
    const alikeMs = current?.isLetIn === share.isLetIn ? runningMs : 0;
    if (!share.isLetIn) return usedMs > LEAST_MS || this.#unauthenticatedMs + alikeMs >= UNAUTHENTICATED_MS;
    // Busy clients have time of their own: the others may use up every turn.
    if (share.isBusy) return usedMs > SHARE_MS || this.#busyMs + (current?.isBusy ? runningMs : 0) > BUSY_MS;
    return usedMs > SHARE_MS || this.#clientsMs + alikeMs > TURN_MS;
  }

  /** The time of the last look at the clock, milliseconds. */
  get lookedAt(): number {
    return this.#lookedAt;
  }

  /** Something else than a client's work follows in this turn, so that the next work does not begin where the last one ended. */
  interrupt(): void {
    this.#endedAt = UNKNOWN;
  }

  /** Does work in a later turn, behind what waits already. */
  later(share: Share, work: () => void): void {
    this.#count();
    this.#lineOf(share).add(share.isLetIn ? '' : share.network, () => {
      share.begin();
      work();
    });
  }

  #lineOf({ isLetIn, isBusy }: Share): WaitingLine {
    if (!isLetIn) return this.#unauthenticated;
    return isBusy ? this.#busy : this.#clients;
  }

  /**
   * From now on time is charged to `share`. Returns the share that it was charged to before. Reading the clock costs as much as a small packet,
   * so work begins when the work before it in the same turn ended: what lies between is the system's part in reading, unless TLS handshakes are under way.
   */
  charge(share: Share | undefined): Share | undefined {
    const before = this.#current;
    const isFollowing = !before && this.#endedAt !== UNKNOWN && this.handshakes === 0;
    const now = isFollowing ? this.#endedAt : this.#clock.now();
    if (!before && !isFollowing) this.#clock.begin(now);
    this.#lookedAt = now;
    if (before) this.#add(before, now);
    this.#current = share;
    this.#since = now;
    this.#endedAt = share ? UNKNOWN : now;
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

  #add(share: Share, now: number): void {
    const ms = this.#clock.workedMs(this.#since, now);
    if (share.isLetIn) this.#clientsMs += ms;
    if (share.isBusy) this.#busyMs += ms; // Before it is added: what makes a client busy was not used as one.
    share.add(ms, now);
    if (!share.isLetIn) this.#unauthenticatedMs += ms;
  }

  #count(): void {
    if (this.#isCounting) return;
    this.#isCounting = true;
    setImmediate(() => this.#beginTurn());
  }

  #beginTurn(): void {
    this.#isCounting = false;
    this.#turn++;
    this.#endedAt = UNKNOWN;
    this.#clientsMs = 0;
    this.#busyMs = 0;
    this.#unauthenticatedMs = 0;
    const lines = [this.#unauthenticated, this.#clients, this.#busy];
    for (const line of lines) line.beginTurn();
    this.#serve();
    if (lines.some(({ isEmpty }) => !isEmpty)) this.#count();
  }

  /** One at a time: what it has put off to ticks and promises is then done, and charged to it. */
  readonly #serve = (): void => {
    const next = this.#next();
    if (!next) {
      this.interrupt(); // What was gathered for clients is sent next.
      return;
    }
    try {
      next();
    } finally {
      afterMicrotasks(this.#serve);
    }
  };

  #next(): Work | undefined {
    const mayServe = this.#isLifted || this.#unauthenticatedMs < UNAUTHENTICATED_MS;
    const unauthenticated = mayServe && this.#unauthenticated.next();
    const client = unauthenticated || (this.#clientsMs < TURN_MS && this.#clients.next());
    return client || (this.#busyMs < BUSY_MS ? this.#busy.next() : undefined);
  }
}

/** One connection's part of each turn. */
export class Share {
  /** Whether its client has been let in. The others have little time, and all of them together. */
  isLetIn = false;
  /** Whether its work is done when the call returns, as with MQTT: nothing is put off to ticks or promises, so nobody waits for them. */
  isSynchronous = false;
  /** Its client's. */
  network: string;
  readonly #budget: TurnBudget;
  #turn = -1;
  #usedMs = 0;
  #calls = 0;
  #costly = 0;
  /** What it has used lately, milliseconds; it is forgotten with time. */
  #recentMs = 0;
  #recentAt = 0;
  /** The turn in which it was served after it had waited. */
  #servedIn = -1;
  /** It was served, and may go one step whatever others have used meanwhile: so nobody waits for ever. */
  #mayStep = false;

  constructor(budget: TurnBudget, network = '') {
    this.#budget = budget;
    this.network = network;
  }

  /** Whether its client has used much lately. Such clients wait in line before they are served. */
  get isBusy(): boolean {
    return this.isLetIn && this.#recentMs - (this.#budget.lookedAt - this.#recentAt) * FORGETTING > SHARE_MS;
  }

  /** Whether what is left to do has to wait for a later turn. If so, the caller calls `later`. */
  mustWait(): boolean {
    if (this.#mayStep) {
      this.#mayStep = false;
      return false;
    }
    const { turn } = this.#budget;
    if (this.isBusy && this.#servedIn !== turn) return true;
    return this.#budget.isSpent(this, this.#turn === turn ? this.#usedMs : 0);
  }

  /**
   * The same for loops that ask before each step. It looks at the clock now and then, so that asking costs nothing; and as soon as there was
   * another costly step, of which `costly` is the number so far.
   */
  check(costly = 0): boolean {
    if (++this.#calls % CALLS_PER_LOOK !== 0 && costly === this.#costly) return false;
    this.#costly = costly;
    return this.mustWait();
  }

  /** It has waited, and is served. For `TurnBudget` alone. */
  begin(): void {
    this.#servedIn = this.#budget.turn;
    this.#mayStep = true;
  }

  /** Does work, and charges the time that it takes. */
  run<T>(work: () => T): T {
    const before = this.enter();
    try {
      return work();
    } finally {
      this.leave(before);
    }
  }

  /** Charges the time from now until `leave`, which takes what this returns. `run` without a closure, for work that is done with every chunk. */
  enter(): Share | undefined {
    return this.#budget.isCharging(this) ? this : this.#budget.charge(this);
  }

  leave(before: Share | undefined): void {
    if (before !== this) this.#budget.charge(before);
  }

  /**
   * Does work, and charges also what it puts off to the next tick, and to promises if it `isAsync`, as Socket.IO and Express do; then goes on
   * with `then`.
   */
  runWithTick(work: () => void, then: () => void, isAsync: boolean): void {
    const settle = () => {
      this.#budget.settle(this);
      then();
    };
    this.#budget.charge(this);
    try {
      work();
    } finally {
      if (isAsync) afterMicrotasks(settle);
      else process.nextTick(settle);
    }
  }

  /** Does work in a later turn. */
  later(work: () => void): void {
    this.#budget.later(this, work);
  }

  /** Does what ends the connection, its next tick included: now, or in the first turn that has time left for it. */
  end(work: () => void): void {
    this.#budget.releaseWithTick(this.network, work);
  }

  /** Gives the connection back to the system: now, or in the first turn that has time left for it. */
  destroy(work: () => void): void {
    this.#budget.release(this.network, work);
  }

  /** Adds time that was used in the present turn, until `now`, milliseconds. */
  add(ms: number, now: number): void {
    const { turn } = this.#budget;
    if (turn !== this.#turn) this.#usedMs = 0;
    this.#turn = turn;
    this.#usedMs += ms;
    this.#recentMs = Math.max(0, this.#recentMs - (now - this.#recentAt) * FORGETTING) + ms;
    this.#recentAt = now;
  }
}

const nothing = () => undefined;

/** Node runs all ticks before any microtask. So this goes behind the handlers of promises, and the ticks that they add. */
function afterMicrotasks(work: () => void): void {
  process.nextTick(() => queueMicrotask(() => process.nextTick(work)));
}
