import type { PublishOptions } from '../core/bus.ts';
import { type ErrorCode, HubError, quote } from '../core/error.ts';

/** A hub's reason for refusing something. */
export interface Fault {
  /** May come from a newer hub, and be unknown to this client. */
  readonly code: ErrorCode;
  readonly message: string;
}

/** The value if it is a fault, else `undefined`. */
export function readFault(value: unknown): Fault | undefined {
  const { code, message }: { code?: unknown; message?: unknown } = Object(value);
  return typeof code === 'string' && typeof message === 'string' ? (value as Fault) : undefined;
}

/** The error in an answer to an event, if there is one; `protocol/violation` if no hub would give such an answer. */
export function errorIn(answer: unknown): HubError | undefined {
  const { ok, error }: { ok?: unknown; error?: unknown } = Object(answer);
  if (ok === true) return undefined;
  const fault = readFault(error);
  if (fault) return new HubError(fault.code, fault.message);
  return new HubError('protocol/violation', `${quote(answer)} is not an answer of a hub`);
}

type Settle = (error?: Error) => void;

export interface Publication {
  readonly topic: string;
  readonly payload: string | Uint8Array;
  readonly options: PublishOptions;
}

/** A message that the hub has not acknowledged yet. */
export interface Unacknowledged extends Publication {
  /** Its publishers, and those of the older values that it replaced. */
  readonly settle: Settle[];
}

/** Published messages that the hub has not acknowledged, in order. While it is away, only the last retained message of each topic waits. */
export class Outgoing {
  readonly #messages = new Set<Unacknowledged>();
  readonly #lastRetained = new Map<string, Unacknowledged>();
  readonly #limit: number;

  constructor(limit: number) {
    this.#limit = limit;
  }

  get size(): number {
    return this.#messages.size;
  }

  [Symbol.iterator](): Iterator<Unacknowledged> {
    return [...this.#messages].values();
  }

  /** Values, which are retained, and events, which are not, in order. A value after an event of its topic stays after it. */
  split(): { values: Unacknowledged[]; events: Unacknowledged[] } {
    const values: Unacknowledged[] = [];
    const events: Unacknowledged[] = [];
    const eventTopics = new Set<string>();
    for (const message of this) {
      if (!message.options.retain) eventTopics.add(message.topic);
      (eventTopics.has(message.topic) ? events : values).push(message);
    }
    return { values, events };
  }

  /** Adds a message that is sent to the hub now. Throws `limit/exceeded`. */
  add(publication: Publication, settle: Settle): Unacknowledged {
    return this.#add(publication, [settle]);
  }

  /** Adds a message while the hub is away; a retained one replaces the retained one before it on its topic. Throws `limit/exceeded`. */
  keep(publication: Publication, settle: Settle): void {
    const before = publication.options.retain ? this.#lastRetained.get(publication.topic) : undefined;
    if (before) this.#messages.delete(before);
    const settlers = before?.settle ?? [];
    settlers.push(settle);
    this.#add(publication, settlers);
  }

  /** Removes a message and passes the outcome to its publishers. Does nothing if it is already gone. */
  settle(message: Unacknowledged, error?: Error): void {
    if (!this.#messages.delete(message)) return;
    if (this.#lastRetained.get(message.topic) === message) this.#lastRetained.delete(message.topic);
    for (const settle of message.settle) settle(error);
  }

  /** Drops retained messages that a later one on the same topic replaces; their publishers get its outcome instead. */
  collapse(): void {
    for (const message of this) {
      const last = message.options.retain ? this.#lastRetained.get(message.topic) : undefined;
      if (!last || last === message) continue;
      this.#messages.delete(message);
      for (const settle of message.settle) last.settle.push(settle);
    }
  }

  abandon(error: Error): void {
    for (const message of this) this.settle(message, error);
  }

  #add(publication: Publication, settle: Settle[]): Unacknowledged {
    if (this.#messages.size >= this.#limit) {
      const reason = `${this.#limit} messages are queued for the hub already`;
      throw new HubError('limit/exceeded', `${reason}; ${publication.topic} was not queued`);
    }
    const message = { ...publication, settle };
    this.#messages.add(message);
    if (publication.options.retain) this.#lastRetained.set(publication.topic, message);
    return message;
  }
}
