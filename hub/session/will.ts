import type { Message } from '../core/message.ts';

/** The message that the hub publishes for a client that goes without a word (MQTT 5, 3.1.2.5). */
export interface Will {
  readonly message: Message;
  /** How long the hub waits for the client to come back first, seconds. [MQTT-3.1.3-9] */
  readonly delaySeconds: number;
  /** How long the message lives once it is published, seconds. (MQTT 5, 3.1.3.2.4) */
  readonly expirySeconds?: number | undefined;
}
