import type { Message } from '../core/message.ts';

/** What has gone through one session in this process: messages, and the length of their payloads. */
export class Traffic {
  /** Published by the client, refused ones not included. */
  received = 0;
  receivedBytes = 0;
  /** Handed to the client's connection. */
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
