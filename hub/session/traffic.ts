import type { Message } from '../core/message.ts';

/** The traffic of one session in this process: messages, and the length of their payloads. */
export class Traffic {
  /** Messages that the client has published, except refused ones. */
  received = 0;
  receivedBytes = 0;
  /** Messages that were passed to the client's connection. */
  sent = 0;
  sentBytes = 0;

  countReceived({ length }: Message): void {
    this.received++;
    this.receivedBytes += length;
  }

  countSent({ length }: Message): void {
    this.sent++;
    this.sentBytes += length;
  }
}
