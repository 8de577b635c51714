/** What came of something that one may do or not. An answer of the protocol; what goes wrong in any other way rejects. */
export type Answer = 'allowed' | 'denied' | 'unsaid';

/** What somebody shows. */
export interface Shown {
  readonly token?: string;
  readonly user?: string;
  readonly password?: string;
  /** The value of a browser's cookie. */
  readonly cookie?: string;
  /** A client certificate and its key, PEM. */
  readonly certificate?: { readonly cert: string; readonly key: string };
}

/** What a subscription brought: the topics that came as retained, and those that came live. */
export interface Seen {
  readonly retained: readonly string[];
  readonly live: readonly string[];
}

/** Has something published live; the topic `last` comes after all else that the filter may bring. */
export interface Probe {
  readonly last: string;
  publish(): void;
}

export interface Will {
  readonly topic: string;
  readonly payload: string;
}

/** One who has come in somehow, and does what this way in lets one do. */
export interface Actor {
  /** Publishes to be retained. */
  publish(topic: string, payload: string): Promise<Answer>;
  /** Comes in once more, with a will, and is cut off without a goodbye. */
  leaveWill?(will: Will): Promise<Answer>;
  subscribe?(filter: string, probe: Probe): Promise<Seen | 'denied'>;
  /** The topics with a message that an inspector is shown, if the rows of these are open. */
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

/** One who was not let in, and how they were told: a status, a code, a reason code. */
export class TurnedAway extends Error {
  readonly answer: string | number;

  constructor(answer: string | number) {
    super(`turned away: ${answer}`);
    this.answer = answer;
  }
}
