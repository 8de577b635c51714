import { networkOf } from './network.ts';
import { afterMicrotasks, SHARE_MS, Share } from './turn-share.ts';
import { type Clocks, SYSTEM_CLOCKS, WorkClock } from './work-clock.ts';
import { WaitingLine, type Work } from './work-queue.ts';

/** The time that all clients together may use in a turn. Once it is used up, all wait in line. */
const TURN_MS = 20;

/** The time that busy clients may use together in a turn, so that the others, which need little, do not wait for them. */
const BUSY_MS = 2;

/**
 * The time that unauthenticated connections, and those that open or close, may use together in a turn. There may be thousands of them, and clients must not
 * wait for all.
 */
const UNAUTHENTICATED_MS = 4;

/** The time that one of these connections may use. */
const LEAST_MS = 0.5;

/** An unknown time: earlier than any real one. */
const UNKNOWN = -1;

/**
 * Divides each turn of the event loop among all senders, whatever protocol they use. A connection does its work through a
 * `Share`; once that is used up, it waits for a later turn. Clients are served in the order in which they wait, as far as the turn's time goes;
 * busy ones come last. For unauthenticated connections, the networks take turns, so that one network with many connections does not keep
 * out the rest.
 */
export class TurnBudget {
  /** How many TLS handshakes are in progress: they use time between the work of one client and that of the next. */
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
  /** The share whose work is in progress, and since when. */
  #current: Share | undefined;
  #since = 0;
  /**
   * When the work ended that the rest of this turn follows without a pause; `UNKNOWN` if there may have been one. V8 stores a field that is
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

  /** The share of a connection; it is unauthenticated until `isLetIn` is set. `address` is its client's. */
  createShare(address = ''): Share {
    return new Share(this, networkOf(address));
  }

  /** Does work for a connection that is not admitted yet: now, or in the first turn that has time left for it. */
  admit(work: () => void, address = ''): void {
    this.#doOrDefer(networkOf(address), () => this.#comingAndGoing.run(work));
  }

  /** Does the same for work that ends a connection of `network`. The work must be done when the call returns. */
  release(network: string, work: () => void): void {
    this.#doOrDefer(`leaving ${network}`, () => this.#comingAndGoing.run(work));
  }

  /** Does the same for work that continues in the next tick. */
  releaseWithTick(network: string, work: () => void): void {
    this.#doOrDefer(`leaving ${network}`, () => this.#comingAndGoing.runWithTick(work, nothing, false));
  }

  /** Lets connections end without waiting for each other from now on: the hub is closing, so no client is kept waiting. */
  lift(): void {
    this.#isLifted = true;
    this.#count();
  }

  #doOrDefer(owner: string, work: () => void): void {
    this.#count();
    if (this.#isLifted || (this.#unauthenticatedMs < UNAUTHENTICATED_MS && this.#unauthenticated.isEmpty))
      work();
    else this.#unauthenticated.add(owner, work);
  }

  /** Whether a share is used up with this much in this turn, excluding its work in progress. */
  isSpent(share: Share, settledMs: number): boolean {
    const current = this.#current;
    const runningMs = current ? this.#clock.now() - this.#since : 0;
    const usedMs = settledMs + (current === share ? runningMs : 0);
    const alikeMs = current?.isLetIn === share.isLetIn ? runningMs : 0;
    if (!share.isLetIn) return usedMs > LEAST_MS || this.#unauthenticatedMs + alikeMs >= UNAUTHENTICATED_MS;
    // Busy clients have a time budget of their own: the others may use up every turn.
    if (share.isBusy) return usedMs > SHARE_MS || this.#busyMs + (current?.isBusy ? runningMs : 0) > BUSY_MS;
    return usedMs > SHARE_MS || this.#clientsMs + alikeMs > TURN_MS;
  }

  /** The time of the last look at the clock, milliseconds. */
  get lookedAt(): number {
    return this.#lookedAt;
  }

  /** Takes note that something other than a client's work follows in this turn, so the next work does not begin where the last work ended. */
  interrupt(): void {
    this.#endedAt = UNKNOWN;
  }

  /** Does work in a later turn, after what already waits. */
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
   * Charges time to `share` from now on. Returns the share that was charged before. Reading the clock costs as much as a small packet,
   * so work begins when the work before it in the same turn ended: in between the system reads, unless TLS handshakes are in progress.
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

  /** Ends what `charge` began, unless another share is being charged by now. */
  settle(share: Share): void {
    if (this.#current === share) this.charge(undefined);
  }

  #add(share: Share, now: number): void {
    const ms = this.#clock.workedMs(this.#since, now);
    if (share.isLetIn) this.#clientsMs += ms;
    if (share.isBusy) this.#busyMs += ms; // Before it is added: the work that makes a client busy does not count as a busy client's.
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

  /** One at a time: the ticks and promises of its work are then done, and charged to it. */
  readonly #serve = (): void => {
    const next = this.#next();
    if (!next) {
      this.interrupt(); // The data gathered for clients is sent next.
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

const nothing = () => undefined;
