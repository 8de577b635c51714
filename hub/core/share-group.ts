import type { TopicFilter } from './filter.ts';
import type { Message } from './message.ts';
import type { MemberCounts } from './ports.ts';
import {
  PLAIN_TERMS,
  type Publisher,
  type Subscriber,
  type Subscription,
  type Terms,
} from './subscription.ts';

/** The members of one shared subscription (MQTT 5, 4.8.2), together one subscriber: each message goes to the next member that can take it. */
export class ShareGroup implements Subscriber {
  /** The group's own subscription, by which it gets the messages. */
  readonly subscription: Subscription;
  readonly #members: Subscription[] = [];
  #next = 0;
  /** The next turn among the members of this hub alone. Other hubs also give turns to these members. */
  #nextHere = 0;

  constructor(filter: TopicFilter) {
    this.subscription = { subscriber: this, filter, terms: PLAIN_TERMS };
  }

  get isEmpty(): boolean {
    return this.#members.length === 0;
  }

  join(member: Subscription): void {
    this.#members.push(member);
  }

  /** Returns whether it was a member. */
  leave(member: Subscription): boolean {
    const index = this.#members.indexOf(member);
    if (index === -1) return false;
    this.#members.splice(index, 1);
    if (index < this.#next) this.#next--;
    if (index < this.#nextHere) this.#nextHere--;
    return true;
  }

  /** Prefers members that the message reaches now. Each member has terms of its own, so the route's are ignored. */
  deliver(message: Message, _terms: Terms, publisher?: Publisher): boolean {
    return this.deliverTo('live', message, publisher) || this.deliverTo('away', message, publisher);
  }

  /** The same among the members of this hub. */
  deliverHere(message: Message, publisher?: Publisher): boolean {
    const deliver = ({ subscriber, terms }: Subscription) =>
      subscriber.isElsewhere !== true && subscriber.deliver(message, terms, publisher);
    const offer = { first: this.#nextHere, publisher, takes: deliver };
    const taker = this.#offer('live', offer) ?? this.#offer('away', offer);
    if (taker !== undefined) this.#nextHere = this.#after(taker);
    return taker !== undefined;
  }

  /** Offers a message to the members that are live, or away, in turn, from the one after the last that took one. */
  deliverTo(wanted: 'live' | 'away', message: Message, publisher?: Publisher): boolean {
    const takes = ({ subscriber, terms }: Subscription) => subscriber.deliver(message, terms, publisher);
    const taker = this.#offer(wanted, { first: this.#next, publisher, takes });
    if (taker !== undefined) this.#next = this.#after(taker);
    return taker !== undefined;
  }

  /** The subscriber whose turn it is, which gets nothing yet. */
  pick(publisher?: Publisher): Subscriber | undefined {
    const offer = { first: this.#next, publisher, takes: () => true };
    const picked = this.#offer('live', offer) ?? this.#offer('away', offer);
    if (picked === undefined) return undefined;
    this.#next = this.#after(picked);
    return this.#members[picked]?.subscriber;
  }

  /** How many members there are at this hub. */
  get own(): MemberCounts {
    const own = this.#members.filter(({ subscriber }) => subscriber.isElsewhere !== true);
    const live = own.filter((member) => stateOf(member) === 'live').length;
    return { live, away: own.length - live };
  }

  /** The index of the first member, in turn, that takes the message. */
  #offer(wanted: 'live' | 'away', { first, publisher, takes }: Offer): number | undefined {
    const count = this.#members.length;
    for (let tried = 0; tried < count; tried++) {
      const index = (first + tried) % count;
      const member = this.#members[index];
      if (!member || stateOf(member) !== wanted) continue;
      if (member.terms.noLocal && member.subscriber === publisher) continue;
      if (takes(member)) return index;
    }
    return undefined;
  }

  #after(index: number): number {
    return (index + 1) % this.#members.length;
  }
}

interface Offer {
  /** The index of the member whose turn it is. */
  readonly first: number;
  readonly publisher: Publisher | undefined;
  readonly takes: (member: Subscription) => boolean;
}

function stateOf({ subscriber }: Subscription): 'live' | 'away' {
  return subscriber.isLive === false ? 'away' : 'live';
}
