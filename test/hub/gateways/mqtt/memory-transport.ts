import { Buffer } from 'node:buffer';
import type { HubError } from '../../../../hub/core/error.ts';
import type { Transport, TransportEvents } from '../../../../hub/gateways/mqtt/transport.ts';
import { TurnBudget } from '../../../../hub/limits/turn-budget.ts';
import type { Share } from '../../../../hub/limits/turn-share.ts';

/** A transport without a network. */
export class MemoryTransport implements Transport {
  readonly carrier = 'tcp';
  readonly form = 'bytes';
  readonly address = '192.0.2.1';
  readonly share: Share;
  /** The number of bytes that the network pretends not to have accepted. */
  bufferedBytes = 0;
  /** Every write, in order. */
  readonly writes: Buffer[] = [];
  isPaused = false;
  isEnded = false;
  isDestroyed = false;
  #events: TransportEvents | undefined;
  #heldBack: Buffer[] = [];
  #takenCount = 0;

  constructor(turns: TurnBudget = new TurnBudget()) {
    this.share = turns.createShare();
  }

  letIn(): void {
    this.share.isLetIn = true;
  }

  start(events: TransportEvents): void {
    this.#events = events;
  }

  send(bytes: Buffer): void {
    if (!this.isEnded) this.writes.push(bytes);
  }

  pause(): void {
    this.isPaused = true;
  }

  resume(): void {
    this.isPaused = false;
    for (const chunk of this.#heldBack.splice(0)) this.receive(chunk);
  }

  end(): void {
    this.isEnded = true;
  }

  destroy(): void {
    this.isDestroyed = true;
    this.cut();
  }

  /** Passes bytes from the client to the hub. While reading is paused, they wait. */
  receive(chunk: Uint8Array): void {
    if (this.isPaused) this.#heldBack.push(Buffer.from(chunk));
    else this.#events?.received(Buffer.from(chunk));
  }

  /** Makes the network accept the bytes that it held back. */
  drain(): void {
    this.bufferedBytes = 0;
    this.#events?.drained();
  }

  /** Ends the connection as a client that closes its side, or that violates the protocol of the carrier. */
  finish(fault?: HubError): void {
    this.#events?.ended(fault);
  }

  /** Breaks the connection. */
  cut(): void {
    this.isEnded = true;
    this.#events?.closed();
  }

  /** The bytes sent since the last call. */
  takeBytes(): Buffer {
    const writes = this.writes.slice(this.#takenCount);
    this.#takenCount = this.writes.length;
    return Buffer.concat(writes);
  }
}
