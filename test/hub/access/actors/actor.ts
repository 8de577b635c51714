/** The outcome of something that may be allowed or not: an answer of the protocol. Anything else that goes wrong rejects. */
export type Answer = 'allowed' | 'denied' | 'unsaid';

/** The credentials of an actor. */
export interface Shown {
  readonly token?: string;
  readonly user?: string;
  readonly password?: string;
  /** The value of a browser's cookie. */
  readonly cookie?: string;
  /** A client certificate and its key, PEM. */
  readonly certificate?: { readonly cert: string; readonly key: string };
}

/** The messages of a subscription: the topics that arrived as retained, and those that arrived live. */
export interface Seen {
  readonly retained: readonly string[];
  readonly live: readonly string[];
}

/** Publishes something live; the topic `last` comes after everything else that the filter may match. */
export interface Probe {
  readonly last: string;
  publish(): void;
}

export interface Will {
  readonly topic: string;
  readonly payload: string;
}

/** A client that has connected in some way, and does what this way allows. */
export interface Actor {
  /** Publishes a retained message. */
  publish(topic: string, payload: string): Promise<Answer>;
  /** Connects once more, with a will, and is cut off without a goodbye. */
  leaveWill?(will: Will): Promise<Answer>;
  subscribe?(filter: string, probe: Probe): Promise<Seen | 'denied'>;
  /** The topics with a message that an inspector gets, if their rows are open. */
  inspect?(open: readonly string[]): Promise<readonly string[] | 'denied'>;
  read?(topic: string): Promise<Answer>;
  readHistory?(topic: string): Promise<Answer>;
  readMetrics?(): Promise<Answer>;
  /** A request below `/api/admin/`. */
  administer?(method: string, path: string): Promise<Answer>;
  /** A request below `/api/class/`. */
  lead?(method: string, path: string): Promise<Answer>;
  close(): Promise<void>;
}

/** A client that was refused, and the form of the refusal: a status, a code, a reason code. */
export class TurnedAway extends Error {
  readonly answer: string | number;

  constructor(answer: string | number) {
    super(`turned away: ${answer}`);
    this.answer = answer;
  }
}
