import type { Message } from '../core/message.ts';

/** A message, or a form of a message that a gateway keeps. */
interface Sized {
  readonly topic: string;
  /** The payload's length: bytes, or UTF-16 units if it is text. */
  readonly length: number;
}

/**
 * The messages that became due for a client in one turn of the event loop, each with the form in which it is sent. Batches are values, made by
 * extending one another. Clients for which the same is due in the same order hold the same batch, which is encoded once for all of them. Forms
 * are compared by `===`.
 */
export class Batch<Form, Item extends Sized = Message> {
  readonly message: Item;
  readonly form: Form;
  /** How many messages there are. */
  readonly count: number;
  /** Length of topics and payloads: bytes, or UTF-16 units if the payload is held as text. */
  readonly size: number;
  /** The batch without its last message. */
  readonly before: Batch<Form, Item> | undefined;
  /** The last extension of this batch. In a fan-out, all receivers but the first ask for the same one. */
  #next: Batch<Form, Item> | undefined;

  constructor(message: Item, form: Form, before?: Batch<Form, Item>) {
    this.message = message;
    this.form = form;
    this.count = (before?.count ?? 0) + 1;
    this.size = (before?.size ?? 0) + message.topic.length + message.length;
    this.before = before;
  }

  /** The batch with one more message. */
  with(message: Item, form: Form): Batch<Form, Item> {
    const next = this.#next;
    if (next && next.message === message && next.form === form) return next;
    this.#next = new Batch(message, form, this);
    return this.#next;
  }

  /** The messages in order, each as `encode` makes it. */
  map<T>(encode: (message: Item, form: Form) => T): T[] {
    const encoded = new Array<T>(this.count);
    let index = this.count;
    for (let batch: Batch<Form, Item> | undefined = this; batch; batch = batch.before) {
      encoded[--index] = encode(batch.message, batch.form);
    }
    return encoded;
  }
}

/** The root of the batches of a turn: clients whose first message is the same begin with the same batch. */
export class BatchStart<Form, Item extends Sized = Message> {
  #first: Batch<Form, Item> | undefined;

  with(message: Item, form: Form): Batch<Form, Item> {
    const first = this.#first;
    if (first && first.message === message && first.form === form) return first;
    this.#first = new Batch(message, form);
    return this.#first;
  }

  /** Forgets the turn's messages. */
  clear(): void {
    this.#first = undefined;
  }
}

interface TurnOptions {
  /**
   * How long to rest after a flush, in multiples of the time that it took. With 3, flushing takes at most a quarter of the processor: an idle
   * hub flushes every turn, and a busy one gathers more before it writes. Default 0: no rest.
   */
  readonly restFactor?: number;
}

/** No rest is longer than this, milliseconds. */
const MAX_REST_MS = 20;

/** Gathers everything that has something to flush, and flushes it at the end of the present turn of the event loop. */
export class Turn<T> {
  #due: T[] = [];
  #restsUntil = 0;
  readonly #flush: (due: readonly T[]) => void;
  readonly #restFactor: number;

  constructor(flush: (due: readonly T[]) => void, { restFactor = 0 }: TurnOptions = {}) {
    this.#flush = flush;
    this.#restFactor = restFactor;
  }

  /** Has `item` flushed at the end of this turn. The caller adds it only once. */
  add(item: T): void {
    if (this.#due.length === 0) this.#schedule();
    this.#due.push(item);
  }

  #schedule(): void {
    const restMs = this.#restFactor === 0 ? 0 : this.#restsUntil - performance.now();
    if (restMs >= 1) setTimeout(this.#end, restMs);
    else setImmediate(this.#end);
  }

  readonly #end = (): void => {
    const due = this.#due;
    this.#due = [];
    if (this.#restFactor === 0) this.#flush(due);
    else this.#flushAndRest(due);
  };

  #flushAndRest(due: readonly T[]): void {
    const startedAt = performance.now();
    this.#flush(due);
    const endedAt = performance.now();
    this.#restsUntil = endedAt + Math.min(MAX_REST_MS, (endedAt - startedAt) * this.#restFactor);
  }
}
