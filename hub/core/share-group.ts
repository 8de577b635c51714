import type { TopicFilter } from './filter.ts';
import type { Message } from './message.ts';
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
    return this.#offer('live', publisher, deliver) || this.#offer('away', publisher, deliver);
  }

  /** Offers a message to the members that are live, or away, in turn, from the one after the last that took one. */
  deliverTo(wanted: 'live' | 'away', message: Message, publisher?: Publisher): boolean {
    return this.#offer(wanted, publisher, ({ subscriber, terms }) =>
      subscriber.deliver(message, terms, publisher),
    );
  }

  /** The subscriber whose turn it is, which gets nothing yet. */
  pick(publisher?: Publisher): Subscriber | undefined {
    let picked: Subscriber | undefined;
    const take = ({ subscriber }: Subscription) => {
      picked = subscriber;
      return true;
    };
    return this.#offer('live', publisher, take) || this.#offer('away', publisher, take) ? picked : undefined;
  }

  #offer(
    wanted: 'live' | 'away',
    publisher: Publisher | undefined,
    takes: (member: Subscription) => boolean,
  ): boolean {
    const count = this.#members.length;
    for (let tried = 0; tried < count; tried++) {
      const index = (this.#next + tried) % count;
      const member = this.#members[index];
      if (!member || stateOf(member) !== wanted) continue;
      if (member.terms.noLocal && member.subscriber === publisher) continue;
      if (!takes(member)) continue;
      this.#next = (index + 1) % count;
      return true;
    }
    return false;
  }
}

function stateOf({ subscriber }: Subscription): 'live' | 'away' {
  return subscriber.isLive === false ? 'away' : 'live';
}
