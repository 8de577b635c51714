import type { Message } from '../../core/message.ts';
import type { Table } from '../engine/table.ts';

/** Messages that are due to sessions: each is kept once, as long as it is due to one. */
export class MessageShelf {
  readonly #table: Table<number, Message>;
  readonly #numbers = new Map<Message, number>();
  readonly #uses = new Map<number, number>();
  #lastNumber = 0;

  constructor(table: Table<number, Message>) {
    this.#table = table;
    for (const [number, message] of table) {
      this.#numbers.set(message, number);
      this.#uses.set(number, 0);
      this.#lastNumber = Math.max(this.#lastNumber, number);
    }
  }

  get(number: number): Message | undefined {
    return this.#table.get(number);
  }

  /** Keeps a message for one more session; the number by which it is found. */
  take(message: Message): number {
    const number = this.#numbers.get(message) ?? this.#add(message);
    this.use(number);
    return number;
  }

  /** Counts one more session to which a message is due. */
  use(number: number): void {
    this.#uses.set(number, (this.#uses.get(number) ?? 0) + 1);
  }

  /** It is due to one session less. */
  release(number: number): void {
    const uses = (this.#uses.get(number) ?? 0) - 1;
    if (uses > 0) this.#uses.set(number, uses);
    else this.#remove(number);
  }

  /** Does away with what is due to nobody. */
  tidy(): void {
    for (const [number, uses] of [...this.#uses]) if (uses === 0) this.#remove(number);
  }

  #add(message: Message): number {
    const number = ++this.#lastNumber;
    this.#numbers.set(message, number);
    this.#table.set(number, message);
    return number;
  }

  #remove(number: number): void {
    const message = this.#table.get(number);
    if (message) this.#numbers.delete(message);
    this.#uses.delete(number);
    this.#table.delete(number);
  }
}
