import { toHubError } from '../core/error.ts';
import { Hub, type HubOptions } from '../core/hub.ts';
import type { Message } from '../core/message.ts';
import type { Receipt } from '../core/ports.ts';
import { HUB_ITSELF, type Publisher } from '../core/subscription.ts';
import { parseTopicName } from '../core/topic.ts';

/** Returns the message to publish instead, or `undefined` for none. If it throws, the publisher gets the error. */
export type Interceptor = (message: Message, publisher: Publisher | undefined) => Message | undefined;

/** A hub whose messages pass an interceptor first, except for those of the hub's own process. */
export class InterceptedHub extends Hub {
  readonly #intercept: Interceptor;

  constructor(options: HubOptions, intercept: Interceptor) {
    super(options);
    this.#intercept = intercept;
  }

  override publish(message: Message, publisher?: Publisher, receipt?: Receipt): number {
    if (publisher?.owner === HUB_ITSELF) return super.publish(message, publisher, receipt);
    const changed = this.#ask(message, publisher);
    return changed ? super.publish(changed, publisher, receipt) : 0;
  }

  #ask(message: Message, publisher: Publisher | undefined): Message | undefined {
    try {
      const changed = this.#intercept(message, publisher);
      if (changed && changed.topic !== message.topic) parseTopicName(changed.topic);
      return changed;
    } catch (error) {
      throw toHubError(error);
    }
  }
}
