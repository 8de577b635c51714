import type { PublishOptions } from '../core/bus.ts';
import { type ErrorCode, HubError, quote } from '../core/error.ts';

/** Why a hub refuses something, as it says it. */
export interface Fault {
  /** One of ours, or of a hub that is newer than this client. */
  readonly code: ErrorCode;
  readonly message: string;
}

/** What a hub says is wrong, or `undefined` where it says nothing of the kind. */
export function readFault(value: unknown): Fault | undefined {
  return isFault(value) ? value : undefined;
}

/** The error in an answer to an event, if there is one. Of what is no answer of a hub, as another server may send, it is `protocol/violation`. */
export function errorIn(answer: unknown): HubError | undefined {
  const { ok, error }: { ok?: unknown; error?: unknown } = Object(answer);
  if (ok === true) return undefined;
  const fault = readFault(error);
  if (fault) return new HubError(fault.code, fault.message);
  return new HubError('protocol/violation', `${quote(answer)} is no answer of a hub`);
}

function isFault(value: unknown): value is Fault {
  const { code, message }: { code?: unknown; message?: unknown } = Object(value);
  return typeof code === 'string' && typeof message === 'string';
}

/** Told how a publish went. */
type Settle = (error?: Error) => void;

/** What somebody wants to publish. */
export interface Publication {
  readonly topic: string;
  readonly payload: string | Uint8Array;
  readonly options: PublishOptions;
}

/** A message that the hub has not acknowledged yet. */
export interface Unacknowledged extends Publication {
  /** Those who published it, and those whose older value it has replaced. */
  readonly settle: Settle[];
}

/**
 * What a client has published and the hub has not acknowledged, in order. While the hub is away a retained message takes the place of
 * the one before it on its topic: of a slider only the last value matters.
 */
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

  /** Everything, oldest first. */
  [Symbol.iterator](): Iterator<Unacknowledged> {
    return [...this.#messages].values();
  }

  /**
   * Everything in two parts, each in order: values, which are retained, and events, which are not. An event must not be missed by who
   * waits for it, and a value that is replaced must not be seen. A value that came after an event on its topic stays behind it.
   */
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

  /** Adds a message that goes to the hub now. Throws `limit/exceeded`. */
  add(publication: Publication, settle: Settle): Unacknowledged {
    return this.#add(publication, [settle]);
  }

  /** Adds a message while the hub is away: in the place of the retained one before it on its topic, if both are. Throws `limit/exceeded`. */
  keep(publication: Publication, settle: Settle): void {
    const before = publication.options.retain ? this.#lastRetained.get(publication.topic) : undefined;
    if (before) this.#messages.delete(before);
    const settlers = before?.settle ?? [];
    settlers.push(settle);
    this.#add(publication, settlers);
  }

  /** Removes a message and tells its publishers how it went. Does nothing where it is gone already. */
  settle(message: Unacknowledged, error?: Error): void {
    if (!this.#messages.delete(message)) return;
    if (this.#lastRetained.get(message.topic) === message) this.#lastRetained.delete(message.topic);
    for (const settle of message.settle) settle(error);
  }

  /** Drops retained messages that a later one on the same topic replaces; their publishers learn of its fate instead. */
  collapse(): void {
    for (const message of this) {
      const last = message.options.retain ? this.#lastRetained.get(message.topic) : undefined;
      if (!last || last === message) continue;
      this.#messages.delete(message);
      for (const settle of message.settle) last.settle.push(settle);
    }
  }

  /** Gives everything up. */
  abandon(error: Error): void {
    for (const message of this) this.settle(message, error);
  }

  #add(publication: Publication, settle: Settle[]): Unacknowledged {
    if (this.#messages.size >= this.#limit) {
      const { topic } = publication;
      const limit = `${this.#limit} messages wait for the hub already`;
      throw new HubError('limit/exceeded', `${limit}; ${topic} was not taken`);
    }
    const message = { ...publication, settle };
    this.#messages.add(message);
    if (publication.options.retain) this.#lastRetained.set(publication.topic, message);
    return message;
  }
}
