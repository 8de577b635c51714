import type { Message } from './message.ts';
import type { Publisher, Subscriber, Subscription, Terms } from './subscription.ts';

/**
 * The members of one shared subscription (MQTT 5, 4.8.2). Together they are one subscriber: each message goes to one of them in turn;
 * members that cannot take it are skipped.
 */
export class ShareGroup implements Subscriber {
  readonly #members: Subscription[] = [];
  #next = 0;

  get isEmpty(): boolean {
    return this.#members.length === 0;
  }

  join(member: Subscription): void {
    this.#members.push(member);
  }

  /** Whether it was a member. */
  leave(member: Subscription): boolean {
    const index = this.#members.indexOf(member);
    if (index === -1) return false;
    this.#members.splice(index, 1);
    if (index < this.#next) this.#next--;
    return true;
  }

  /** Each member has terms of its own, so the route's are ignored. */
  deliver(message: Message, _terms: Terms, publisher?: Publisher): boolean {
    return this.#offer(message, publisher, isLive) || this.#offer(message, publisher, isAway);
  }

  /** As `deliver`, but only to a member that the message reaches now. */
  deliverLive(message: Message): boolean {
    return this.#offer(message, undefined, isLive);
  }

  /** Offers a message to the members in turn, from the one after the last that took one. */
  #offer(
    message: Message,
    publisher: Publisher | undefined,
    isWanted: (member: Subscription) => boolean,
  ): boolean {
    const count = this.#members.length;
    for (let tried = 0; tried < count; tried++) {
      const index = (this.#next + tried) % count;
      const member = this.#members[index];
      if (!member || !isWanted(member) || (member.terms.noLocal && member.subscriber === publisher)) continue;
      if (!member.subscriber.deliver(message, member.terms, publisher)) continue;
      this.#next = (index + 1) % count;
      return true;
    }
    return false;
  }
}

function isLive({ subscriber }: Subscription): boolean {
  return subscriber.isLive !== false;
}

function isAway(member: Subscription): boolean {
  return !isLive(member);
}
