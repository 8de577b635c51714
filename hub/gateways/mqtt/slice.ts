/** How long one client's packets may keep all others waiting in a turn of the event loop, milliseconds. */
const SLICE_MS = 5;

/** How long all clients' packets may take in a turn before each is held to `LEAST_MS`. */
const TURN_MS = 20;
const LEAST_MS = 0.5;

/** How long letting people in may take in a turn: thousands may come at once, and those who are in need not wait for all of them. */
const NEWCOMERS_MS = 4;

/** After how many packets the clock is looked at: seldom enough to cost nothing. */
const LOOK_AFTER = 16;

/** The turns of the event loop in which packets are handled. */
export class Turns {
  #number = 0;
  #isCounting = false;
  /** How long all slices of this turn took that are over, milliseconds. */
  usedMs = 0;
  /** How long letting people in took, which nobody who is in can use up. */
  #newcomersMs = 0;
  /** A clock that nobody sets, milliseconds. */
  readonly elapsedMs: () => number;

  constructor(elapsedMs: () => number) {
    this.elapsedMs = elapsedMs;
  }

  /** The number of the present turn. */
  get current(): number {
    this.#count();
    return this.#number;
  }

  /** Does work for one who wants to be let in: at once, or in the first turn that has time left for newcomers. */
  admit(work: () => void): void {
    this.#count();
    if (this.#newcomersMs >= NEWCOMERS_MS) {
      setImmediate(() => this.admit(work));
      return;
    }
    const beganAt = this.elapsedMs();
    work();
    this.#newcomersMs += this.elapsedMs() - beganAt;
  }

  #count(): void {
    if (this.#isCounting) return;
    this.#isCounting = true;
    setImmediate(() => this.#end());
  }

  #end(): void {
    this.#isCounting = false;
    this.#number++;
    this.usedMs = 0;
    this.#newcomersMs = 0;
  }
}

/** A connection's share of a turn, however many chunks come in it. */
export class Slice {
  readonly #turns: Turns;
  #turn = -1;
  #usedMs = 0;
  #beganAt = 0;
  #packets = 0;

  constructor(turns: Turns) {
    this.#turns = turns;
  }

  /** To be called before packets are handled. */
  begin(): void {
    const turn = this.#turns.current;
    if (turn !== this.#turn) this.#usedMs = 0;
    this.#turn = turn;
    this.#beganAt = this.#turns.elapsedMs();
    this.#packets = 0;
  }

  /** To be called when they are. */
  end(): void {
    const tookMs = this.#turns.elapsedMs() - this.#beganAt;
    this.#usedMs += tookMs;
    this.#turns.usedMs += tookMs;
  }

  /** Whether the next packet should wait for the next turn. */
  isUsedUp(): boolean {
    if (++this.#packets % LOOK_AFTER !== 0) return false;
    const tookMs = this.#turns.elapsedMs() - this.#beganAt;
    const usedMs = this.#usedMs + tookMs;
    return usedMs > SLICE_MS || (usedMs > LEAST_MS && this.#turns.usedMs + tookMs > TURN_MS);
  }
}
