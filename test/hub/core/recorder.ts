import type { Message } from '../../../hub/core/message.ts';
import type { Publisher, Subscriber, Terms } from '../../../hub/core/subscription.ts';

/** A delivery as a subscriber sees it. */
export interface Delivery {
  readonly message: Message;
  readonly terms: Terms;
  readonly publisher: Publisher | undefined;
}

/** A subscriber that records what it gets. */
export class Recorder implements Subscriber {
  readonly deliveries: Delivery[] = [];
  isLive = true;
  /** Whether it accepts messages, or refuses them like one whose queue is full. */
  takes = true;
  /** Called with each message, after it is recorded. */
  react: (message: Message) => void = () => undefined;

  deliver(message: Message, terms: Terms, publisher?: Publisher): boolean {
    if (!this.takes) return false;
    this.deliveries.push({ message, terms, publisher });
    this.react(message);
    return true;
  }

  get texts(): (string | undefined)[] {
    return this.deliveries.map(({ message }) => message.text);
  }
}
