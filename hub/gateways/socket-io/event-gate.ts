import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Server, Socket } from 'socket.io';
import { idOf, sessionIdOf } from './engine.ts';

/** An event as it came: its name and arguments. */
type Event = readonly [name: string, args: unknown[]];

export interface EventGateOptions {
  /** Events a second that go through, on average; so many may come at once. */
  readonly eventsPerSecond: number;
  readonly handle: (name: string, args: unknown[]) => void;
  /** Stops reading from the client, and goes on with it. */
  readonly pause: () => void;
  readonly resume: () => void;
  /** More wait than one who cannot be paused may send at once: the client is to be ended. */
  readonly overflow: () => void;
}

/** How long a client's events may keep all others waiting, milliseconds. */
const SLICE_MS = 5;

/** How long to wait for more to be allowed, milliseconds. */
const REST_MS = 20;

/** Events that may wait. What is read from a stream at a time holds fewer; a long poll's body could hold more. */
const MAX_WAITING = 32_768;

/**
 * Lets a client's events through, in order, so many a second and so long a turn of the event loop. Those that come faster wait, and their
 * sender is not listened to meanwhile: nothing is lost.
 */
export class EventGate {
  readonly #options: EventGateOptions;
  #waiting: Event[] = [];
  /** How many of them have been handled. */
  #done = 0;
  #allowance: number;
  #countedAt = performance.now();
  #sliceEndsAt = 0;
  #isTurnSet = false;
  #isHolding = false;
  #onOpen: (() => void)[] = [];

  constructor(options: EventGateOptions) {
    this.#options = options;
    this.#allowance = options.eventsPerSecond;
  }

  /** Handles an event now, or when its turn comes. */
  add(name: string, args: unknown[]): void {
    if (!this.#isTurnSet) this.#beginTurn();
    if (!this.#isHolding && this.#mayPass()) this.#options.handle(name, args);
    else this.#keep([name, args]);
  }

  /** Calls back as soon as nothing waits. */
  whenOpen(callback: () => void): void {
    if (this.#isHolding) this.#onOpen.push(callback);
    else callback();
  }

  /** Handles at once all that waits: the client has gone, having sent it. */
  finish(): void {
    this.#handleWaiting(() => true);
  }

  /** Forgets all that waits. */
  clear(): void {
    this.#waiting = [];
    this.#done = 0;
    if (!this.#isHolding) return;
    this.#isHolding = false;
    this.#options.resume();
    for (const callback of this.#onOpen.splice(0)) callback();
  }

  #keep(event: Event): void {
    if (!this.#isHolding) this.#options.pause();
    this.#isHolding = true;
    this.#waiting.push(event);
    if (this.#waiting.length - this.#done > MAX_WAITING) this.#options.overflow();
  }

  #mayPass(): boolean {
    const now = performance.now();
    const { eventsPerSecond } = this.#options;
    const earned = ((now - this.#countedAt) / 1000) * eventsPerSecond;
    this.#allowance = Math.min(this.#allowance + earned, eventsPerSecond);
    this.#countedAt = now;
    if (this.#allowance < 1 || now >= this.#sliceEndsAt) return false;
    this.#allowance--;
    return true;
  }

  /** Where there is nothing left to allow, the next turn begins after a rest, by when there is. */
  #beginTurn(): void {
    this.#isTurnSet = true;
    this.#sliceEndsAt = performance.now() + SLICE_MS;
    if (this.#isHolding && this.#allowance < 1) setTimeout(this.#endTurn, REST_MS);
    else setImmediate(this.#endTurn);
  }

  readonly #endTurn = (): void => {
    this.#isTurnSet = false;
    if (!this.#isHolding) return;
    this.#sliceEndsAt = performance.now() + SLICE_MS;
    this.#handleWaiting(() => this.#mayPass());
    if (this.#isHolding) this.#beginTurn();
  };

  #handleWaiting(mayPass: () => boolean): void {
    while (this.#done < this.#waiting.length && mayPass()) {
      const event = this.#waiting[this.#done++];
      if (event) this.#options.handle(...event);
    }
    if (this.#done >= this.#waiting.length) this.clear();
  }
}

/** Has who sends by long-polling wait as long as their events do: there is no stream that could be paused, but a request that is not read yet. */
export class HeldBack {
  readonly #gates = new Map<string, EventGate>();

  constructor(io: Server) {
    io.engine.use((request: IncomingMessage, _response: ServerResponse, next: () => void) => {
      const gate = request.method === 'POST' ? this.#gates.get(sessionIdOf(request)) : undefined;
      if (gate) gate.whenOpen(next);
      else next();
    });
  }

  /** Begins with a client, until it goes. */
  follow(socket: Socket, gate: EventGate): void {
    const id = idOf(socket.conn);
    this.#gates.set(id, gate);
    socket.on('disconnect', () => this.#gates.delete(id));
  }
}
