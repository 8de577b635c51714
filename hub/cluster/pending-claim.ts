import { HubError, quote } from '../core/error.ts';
import type { Stamp } from './stamps.ts';

/** A client that has connected here and whose session is not open yet; or, for a move, a session that is taken without its client connecting. */
export class PendingClaim {
  readonly clientIdentifier: string;
  readonly stamp: Stamp;
  readonly isMove: boolean;
  /** Whether the session may have moved to a hub that was asked before it arrived there. */
  mustAskAgain = false;
  /** Rejects with `session/taken-over` once the client has connected elsewhere, and with `store/unavailable` if that cannot be found out. */
  readonly lost: Promise<never>;
  /** Resolves when this claim can bring no session here any more. */
  settled: Promise<void> = Promise.resolve();
  #lose: (reason: HubError) => void = () => undefined;
  #reason: HubError | undefined;

  constructor(clientIdentifier: string, stamp: Stamp, { isMove } = { isMove: false }) {
    this.clientIdentifier = clientIdentifier;
    this.stamp = stamp;
    this.isMove = isMove;
    this.lost = new Promise<never>((_, reject) => {
      this.#lose = reject;
    });
    this.lost.catch(() => undefined); // Avoids an unhandled rejection if nobody waits for it.
  }

  get isLost(): boolean {
    return this.#reason !== undefined;
  }

  await(gathering: Promise<void>): void {
    this.settled = gathering.catch(() => undefined); // The caller of `claim` gets the error.
  }

  lose(): void {
    const message = `client ${quote(this.clientIdentifier)} has connected again elsewhere`;
    this.#end(new HubError('session/taken-over', message));
  }

  giveUp(): void {
    const message = `a hub does not answer whether it has a session of client ${quote(this.clientIdentifier)}`;
    this.#end(new HubError('store/unavailable', message));
  }

  #end(reason: HubError): void {
    this.#reason ??= reason;
    this.#lose(this.#reason);
  }

  ensureNotLost(): void {
    if (this.#reason) throw this.#reason;
  }
}
