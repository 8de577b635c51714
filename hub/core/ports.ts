import type { Observable } from 'rxjs';
import type { HubError } from './error.ts';
import type { TopicFilter } from './filter.ts';
import type { Message } from './message.ts';
import type { Publisher, Route, Subscriber } from './subscription.ts';

/** Changes that become safe after a while. */
export interface Progress {
  /** Counts the changes recorded so far. */
  readonly position: number;
  /** Whether all changes up to a position are safe. */
  isSafe(position: number): boolean;
  /** Calls back once they are safe (within the call, if they are already), or with the reason why they cannot be. Must not throw. */
  whenSafe(position: number, then: (failure?: HubError) => void): void;
}

/**
 * Records everything that must outlive the process, as it happens. Its calls are quick and never fail: all changes of one turn of the event
 * loop are written together. To acknowledge a change, wait until it is safe.
 */
export interface Journal extends Progress {
  /** The changes of sessions, if they can be safe sooner than the others: they have positions of their own. */
  readonly ofSessions?: Progress;
  /** Writes the changes of this turn now instead of at its end. */
  commit(): void;
  /** A message is retained; it replaces the one before on its topic. */
  retain(message: Message): void;
  /** A topic has no retained message from now on. */
  forget(topic: string): void;
}

/** Keeps nothing, so there is nothing to wait for. */
export const NO_JOURNAL: Journal = {
  position: 0,
  isSafe: () => true,
  whenSafe: (_position, then) => then(),
  commit: () => undefined,
  retain: () => undefined,
  forget: () => undefined,
};

/** Resolves once all changes recorded so far are safe. Rejects with `store/unavailable` if they cannot be. */
export function untilSafe(journal: Journal): Promise<void> {
  return new Promise((resolve, reject) => {
    journal.whenSafe(journal.position, (failure) => (failure ? reject(failure) : resolve()));
  });
}

/** Which member of a shared subscription gets a message; the subscriber may be another hub. */
export interface SharePick {
  /** The whole filter, `$share/…`. */
  readonly share: string;
  readonly subscriber: Subscriber;
}

/** The message of QoS 2 that a client has published, by which another hub knows it again. */
export interface Receipt {
  readonly clientIdentifier: string;
  readonly packetIdentifier: number;
  /** Called when the message has its place in the order of all hubs. */
  readonly onOrdered: () => void;
}

/** A message that gets a place in the order of all hubs. */
export interface OrderedMessage {
  readonly message: Message;
  readonly publisher: Publisher | undefined;
  /** All subscribers that it matches, other hubs included; the same object for the same topic as long as they are the same. */
  readonly routes: readonly Route[];
  readonly picks: readonly SharePick[];
  readonly receipt: Receipt | undefined;
  /** Whether nobody would publish it again if this hub ended now: it must be kept until it has its place. */
  readonly isKept: boolean;
}

/**
 * How a message reaches other hubs. `none`: each that wants it is a subscriber. `wait`: it gets a place in the one order of all hubs, and has its effect here
 * too when it comes back from there. `early`: it gets such a place, but has its effect at once, which that order may correct.
 */
export type Ordering = 'none' | 'wait' | 'early';

/** Other hubs that form one broker with this one. Each of them is a subscriber here, for what its clients want. */
export interface Peers {
  orderingOf(message: Message): Ordering;
  /** Puts a message in the order. An early message is not stored yet. Never throws. */
  order(message: OrderedMessage): void;
  /** A subscriber of this hub has subscribed, or has ended that; not to a shared subscription. */
  subscribed(filter: TopicFilter): void;
  unsubscribed(filter: TopicFilter): void;
  /** Reports how many members a shared subscription has at this hub now. */
  shared(filter: TopicFilter, members: MemberCounts): void;
}

/** Members of a shared subscription that messages reach now, and others. */
export interface MemberCounts {
  readonly live: number;
  readonly away: number;
}

/** A stretch of time: when it begins, milliseconds since 1970, and the lowest, highest and last value in it. */
export type HistoryRow = readonly [timeMs: number, min: number, max: number, last: number];

export interface HistoryWindow {
  readonly fromMs: number;
  readonly toMs: number;
  /** The most rows that are wanted, beside the one in front. */
  readonly points: number;
}

/** The past values of topics. */
export interface TopicHistory {
  /**
   * Resolves to a window of a topic's history in order of time, after the last value before the window; `undefined` if the topic has no history. Rejects with
   * `store/unavailable`.
   */
  read(topic: string, window: HistoryWindow): Promise<readonly HistoryRow[] | undefined>;
}

/** The name under which the history of a topic is kept, or that of a field of its JSON, `color.x`. No topic has a NUL in its name. */
export function historyName(topic: string, field = ''): string {
  return field === '' ? topic : `${topic}\0${field}`;
}

/** The topic on which a hub records, each minute, how long it has been up, seconds. Without a record, it was away. */
export const UPTIME_TOPIC = '$SYS/broker/uptime';

/** The status of the device whose property a topic is: `led/21/status` for `led/21/duty`. */
export function statusTopicOf(property: string): string {
  return `${property.slice(0, property.lastIndexOf('/'))}/status`;
}

/** A hub of a cluster that serves. */
export interface ServingHub {
  /** Its name in the cluster. */
  readonly hub: string;
  /** Counts the processes that have owned its state: a later one has fenced those before. */
  readonly epoch: number;
  /** The process, as users know it: host and process identifier. */
  readonly instance: string;
  /** How clients reach it, as in `mqtt://10.0.0.7:1883` and `http://10.0.0.7:5000/`; empty if nobody knows. */
  readonly addresses: readonly string[];
}

/** The hubs that serve together with this one. */
export interface Hubs {
  readonly self: Pick<ServingHub, 'hub' | 'epoch'>;
  /** All that are known to serve, this one included from when it does; the present state first. */
  readonly live$: Observable<readonly ServingHub[]>;
}

/** The topic on which a hub of a cluster tells its clients which hubs serve, as JSON: `[{ "hub": "a", "addresses": ["http://10.0.0.7:5000/"] }]`. */
export const HUBS_TOPIC = '$SYS/cluster/hubs';
