import type { Observable } from 'rxjs';
import type { MessageProperties, Qos } from './message.ts';

/** A message as an observer of the bus sees it. */
export interface BusMessage {
  readonly topic: string;
  readonly bytes: Uint8Array;
  /** The payload as text, or `undefined` if it is not UTF-8. */
  readonly text: string | undefined;
  /** Whether it was waiting on the hub when the subscription began, rather than published since. */
  readonly retained: boolean;
  /** Whether its publisher asked the hub to retain it. False if the hub is older than this client, and does not report this. */
  readonly retain: boolean;
}

export interface PublishOptions {
  readonly retain?: boolean;
  readonly qos?: Qos;
  /** The properties that MQTT 5 adds to the payload. */
  readonly properties?: Omit<MessageProperties, 'payloadFormatIndicator'>;
  /** How long the message is kept and delivered, seconds. Default: for ever. */
  readonly expirySeconds?: number;
}

export interface MessagesOptions {
  /** Leaves out messages that this same bus published. */
  readonly noLocal?: boolean;
}

/** All that a device or a page knows of the hub. */
export interface Bus {
  /**
   * Publishes, and resolves once the hub has taken the message.
   * Rejects with `topic/invalid`, `payload/too-large`, `auth/denied`, `limit/exceeded` or `session/closed`.
   */
  publish(topic: string, payload: string | Uint8Array, options?: PublishOptions): Promise<void>;
  /**
   * The messages on topics that match a filter, or any of several: first the retained ones, then new ones.
   * A shared filter (`$share/…`) needs a bus of its own: beside others that match the same topics its messages cannot be distinguished.
   * Cold: the subscription is made with the first observer's `subscribe` and ends with its `unsubscribe`.
   * Errors with `filter/invalid` or `auth/denied`; completes when the bus is closed.
   */
  messages(filter: string | readonly string[], options?: MessagesOptions): Observable<BusMessage>;
}
