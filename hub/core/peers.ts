import type { TopicFilter } from './filter.ts';
import type { Message } from './message.ts';
import type { Publisher, Subscriber } from './subscription.ts';

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
  readonly picks: readonly SharePick[];
  readonly receipt: Receipt | undefined;
  /** Whether it goes only to the members that were picked: others have it already. */
  readonly isForPicksOnly: boolean;
}

/**
 * How a message reaches other hubs. `none`: each that wants it is a subscriber. `wait`: it gets a place in the one order of all hubs, and has its effect here
 * too when it comes back from there. `early`: it gets such a place, but has its effect at once, which that order may correct.
 */
export type Ordering = 'none' | 'wait' | 'early';

/** Other hubs that form one broker with this one. Each of them is a subscriber here, for what its clients want. */
export interface Peers {
  orderingOf(message: Message): Ordering;
  /** Puts a message in the order. One that is early is not stored yet. Never throws. */
  order(message: OrderedMessage): void;
  /** A subscriber of this hub has subscribed, or has ended that. */
  subscribed(filter: TopicFilter): void;
  unsubscribed(filter: TopicFilter): void;
}
