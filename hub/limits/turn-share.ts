/** The longest that one client may block all others in a turn of the event loop, milliseconds. */
export const SHARE_MS = 2;

/** How much of what a client has used is forgotten per millisecond. A client that uses more than this fraction of the time is busy. */
const FORGETTING = 0.1;

/** `Share.check` reads the clock once per this many calls. */
const CALLS_PER_LOOK = 16;

/** The budget of the turns that shares divide. */
interface Budget {
  /** The number of the present turn. */
  readonly turn: number;
  /** The time of the last look at the clock, milliseconds. */
  readonly lookedAt: number;
  /** Whether a share is used up with this much in this turn, excluding its work in progress. */
  isSpent(share: Share, settledMs: number): boolean;
  /** Charges time to a share from now on. Returns the share that was charged before. */
  charge(share: Share | undefined): Share | undefined;
  /** Whether time is charged to a share now. */
  isCharging(share: Share): boolean;
  /** Ends what `charge` began, unless another share is being charged by now. */
  settle(share: Share): void;
  /** Does work in a later turn. */
  later(share: Share, work: () => void): void;
  /** Does work that ends a connection of a network: now, or in the first turn that has time left for it. */
  release(network: string, work: () => void): void;
  /** Does the same for work that continues in the next tick. */
  releaseWithTick(network: string, work: () => void): void;
}

/** One connection's part of each turn. */
export class Share {
  /** Whether its client is admitted. The others have little time, each and together. */
  isLetIn = false;
  /** Whether its work is done when the call returns, as with MQTT: nothing is left to ticks or promises, so nothing waits for them. */
  isSynchronous = false;
  /** Its client's network. */
  network: string;
  readonly #budget: Budget;
  #turn = -1;
  #usedMs = 0;
  #calls = 0;
  #costly = 0;
  /** The time that it has used recently, milliseconds; this decays with time. */
  #recentMs = 0;
  #recentAt = 0;
  /** The turn in which it was served after waiting. */
  #servedIn = -1;
  /** Whether it was just served, and so may do one step whatever others have used meanwhile. So no client waits forever. */
  #mayStep = false;

  constructor(budget: Budget, network = '') {
    this.#budget = budget;
    this.network = network;
  }

  /** Whether its client has used much recently. Such clients wait in line before they are served. */
  get isBusy(): boolean {
    return this.isLetIn && this.#recentMs - (this.#budget.lookedAt - this.#recentAt) * FORGETTING > SHARE_MS;
  }

  /** Whether its remaining work has to wait for a later turn. If so, the caller calls `later`. */
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
   * The same for loops that check before each step. It reads the clock now and then, so that checks cost nothing; and also after each
   * costly step, whose number so far is `costly`.
   */
  check(costly = 0): boolean {
    if (++this.#calls % CALLS_PER_LOOK !== 0 && costly === this.#costly) return false;
    this.#costly = costly;
    return this.mustWait();
  }

  /** Takes note that the share has waited and is served now. Only for `TurnBudget`. */
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

  /** Charges the time from now until `leave`, which takes what this returns. It is `run` without a closure, for work that is done for every chunk. */
  enter(): Share | undefined {
    return this.#budget.isCharging(this) ? this : this.#budget.charge(this);
  }

  leave(before: Share | undefined): void {
    if (before !== this) this.#budget.charge(before);
  }

  /**
   * Does work, and also charges what the work leaves to the next tick, and to promises if it `isAsync`, as with Socket.IO and Express; then continues
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

  /** Does the work that ends the connection, including its next tick: now, or in the first turn that has time left for it. */
  end(work: () => void): void {
    this.#budget.releaseWithTick(this.network, work);
  }

  /** Returns the connection to the system: now, or in the first turn that has time left for it. */
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

/** Node runs all ticks before any microtask. So this runs after the handlers of promises and the ticks that they add. */
export function afterMicrotasks(work: () => void): void {
  process.nextTick(() => queueMicrotask(() => process.nextTick(work)));
}
