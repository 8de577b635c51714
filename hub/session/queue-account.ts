import type { Message } from '../core/message.ts';
import type { SessionCounters } from './counters.ts';
import type { SessionLimits } from './limits.ts';

/** What waits for one client, counted against its own limits and against everybody's. */
export class QueueAccount {
  #messages = 0;
  #bytes = 0;
  readonly #limits: SessionLimits;
  readonly #counters: SessionCounters;

  constructor(limits: SessionLimits, counters: SessionCounters) {
    this.#limits = limits;
    this.#counters = counters;
  }

  hasRoomFor({ size }: Message): boolean {
    return (
      this.#messages < this.#limits.queuedMessages &&
      this.#bytes + size <= this.#limits.queuedBytes &&
      this.#hasRoomForAll(size)
    );
  }

  /** Whether one more may be in flight. */
  hasRoomInFlightFor({ size }: Message): boolean {
    return this.#hasRoomForAll(size);
  }

  /** A message is in flight from now on. */
  beginFlight({ size }: Message): void {
    this.#counters.inFlightBytes += size;
  }

  endFlight({ size }: Message): void {
    this.#counters.inFlightBytes -= size;
  }

  #hasRoomForAll(size: number): boolean {
    const { queuedBytes, inFlightBytes } = this.#counters;
    return queuedBytes + inFlightBytes + size <= this.#limits.totalQueuedBytes;
  }

  add(message: Message): void {
    this.#count(1, message.size);
  }

  remove(message: Message): void {
    this.#count(-1, -message.size);
  }

  #count(messages: number, bytes: number): void {
    this.#messages += messages;
    this.#bytes += bytes;
    this.#counters.queuedMessages += messages;
    this.#counters.queuedBytes += bytes;
  }
}
