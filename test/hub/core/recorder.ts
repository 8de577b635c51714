import type { Message } from '../../../hub/core/message.ts';
import type { Publisher, Subscriber, Terms } from '../../../hub/core/subscription.ts';

/** A delivery as a subscriber sees it. */
export interface Delivery {
  readonly message: Message;
  readonly terms: Terms;
  readonly publisher: Publisher | undefined;
}

/** A subscriber that writes down what it is given. */
export class Recorder implements Subscriber {
  readonly deliveries: Delivery[] = [];
  isLive = true;
  /** Whether it takes messages, or refuses them as one does whose queue is full. */
  takes = true;
  /** What it does with a message, beside writing it down. */
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
