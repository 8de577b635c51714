import { HubError } from '../core/error.ts';

/** Queued items of several owners. The owners take turns; of one owner the oldest item goes first. */
export class FairQueue<T> {
  /** The first owner is served next. */
  readonly #byOwner = new Map<string, T[]>();

  get isEmpty(): boolean {
    return this.#byOwner.size === 0;
  }

  add(key: string, item: T): void {
    const items = this.#byOwner.get(key);
    if (items) items.push(item);
    else this.#byOwner.set(key, [item]);
  }

  /** Takes the first item of the next owner, who then goes behind the others. */
  next(): T | undefined {
    for (const [key, items] of this.#byOwner) {
      const item = items.shift();
      this.#byOwner.delete(key);
      if (items.length > 0) this.#byOwner.set(key, items);
      return item;
    }
    return undefined;
  }

  /** Takes the last item of the longest queue; of equally long queues, the one that is served last. */
  takeBack(): T | undefined {
    let longest: [key: string, items: T[]] | undefined;
    for (const each of this.#byOwner) if (each[1].length >= (longest?.[1].length ?? 0)) longest = each;
    if (!longest) return undefined;
    const [key, items] = longest;
    const item = items.pop();
    if (items.length === 0) this.#byOwner.delete(key);
    return item;
  }
}

export type Work = () => void;

/** Work that waits for a later turn, by owner. */
export class WaitingLine {
  readonly #ready = new FairQueue<Work>();
  #later: { readonly owner: string; readonly work: Work }[] = [];

  get isEmpty(): boolean {
    return this.#ready.isEmpty && this.#later.length === 0;
  }

  add(owner: string, work: Work): void {
    this.#later.push({ owner, work });
  }

  /** Waiting work may be served now; work that is added from now on waits for another turn. */
  beginTurn(): void {
    for (const { owner, work } of this.#later) this.#ready.add(owner, work);
    this.#later = [];
  }

  next(): Work | undefined {
    return this.#ready.next();
  }
}

interface WorkQueueOptions {
  /** How many pieces of work may run at once. */
  readonly concurrency: number;
  /** How many pieces of work may wait. */
  readonly waiting: number;
}

/** The owner of the work. */
export interface WorkOwner {
  /** Pieces of work with the same key run in order. Work with other keys may overtake them. */
  readonly key: string;
  /** Known owners come before all others. */
  readonly isKnown: boolean;
}

interface Waiter {
  readonly start: () => void;
  readonly giveUp: (error: HubError) => void;
}

/**
 * Runs costly work, a few pieces at a time. The owners take turns, so one with much work delays the others no more than one with little. If
 * many items wait, the last of the longest queue is refused.
 */
export class WorkQueue {
  readonly #options: WorkQueueOptions;
  readonly #known = new FairQueue<Waiter>();
  readonly #unknown = new FairQueue<Waiter>();
  #waiting = 0;
  #running = 0;

  constructor(options: WorkQueueOptions) {
    this.#options = options;
  }

  /** Runs `work` in its turn. Rejects with `limit/exceeded` if there is no room to wait. */
  async run<T>(owner: WorkOwner, work: () => Promise<T>): Promise<T> {
    if (this.#running < this.#options.concurrency) this.#running++;
    else await this.#wait(owner);
    try {
      return await work();
    } finally {
      this.#pass();
    }
  }

  #wait({ key, isKnown }: WorkOwner): Promise<void> {
    return new Promise((start, giveUp) => {
      (isKnown ? this.#known : this.#unknown).add(key, { start, giveUp });
      this.#waiting++;
      if (this.#waiting > this.#options.waiting) this.#turnAway();
    });
  }

  /** Starts the next piece of work directly, so that no other work overtakes it. */
  #pass(): void {
    const next = this.#known.next() ?? this.#unknown.next();
    if (!next) this.#running--;
    else this.#waiting--;
    next?.start();
  }

  #turnAway(): void {
    const last = this.#unknown.takeBack() ?? this.#known.takeBack();
    this.#waiting--;
    last?.giveUp(
      new HubError('limit/exceeded', 'too many credentials are being checked; try again in a few seconds'),
    );
  }
}
