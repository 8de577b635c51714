import type { Logger } from 'pino';
import type { SchedulerLike } from 'rxjs';
import type { Claims } from '../session/claims.ts';
import type { Sessions } from '../session/sessions.ts';
import type { StoredSession } from '../session/store.ts';
import { Adoptions } from './adoption.ts';
import { ClusterClaims } from './claims.ts';
import type { ClusterStore } from './cluster-store.ts';
import { Directory } from './directory.ts';
import type { Engine } from './engine.ts';
import { HandOver } from './hand-over.ts';
import type { SessionOrder } from './session-order.ts';

export interface OwnersOptions {
  readonly engine: Engine;
  /** This hub. */
  readonly hub: string;
  readonly instance: string;
  readonly store: ClusterStore;
  readonly scheduler: SchedulerLike;
  readonly log: Logger;
  /** Default: there is no ledger. */
  readonly order?: SessionOrder;
  /** See `AdoptionOptions`. */
  readonly onFenced?: (hub: string, epoch: number) => Promise<void>;
}

/** What the owners need of the hub that serves. */
export interface Served {
  readonly sessions: Sessions;
  /** Restores sessions that are in the store already, as at the start, but while the hub serves. */
  readonly restore: (stored: readonly StoredSession[]) => void;
}

/** Which hub has which client's session: claims, hand-overs, and adoptions of dead hubs. */
export class Owners {
  /** They wait until `serve` is called. */
  readonly claims: Claims;
  readonly #options: OwnersOptions;
  readonly #directory: Directory;
  readonly #parts: { close(): void }[];
  #serve: (claims: Claims) => void = () => undefined;

  constructor(options: OwnersOptions, directory: Directory) {
    this.#options = options;
    this.#directory = directory;
    this.#parts = [directory];
    const served = new Promise<Claims>((resolve) => {
      this.#serve = resolve;
    });
    this.claims = { claim: async (wanted) => (await served).claim(wanted) };
  }

  /** Call it once the sessions of the store are restored, before clients can connect. */
  serve({ sessions, restore }: Served): void {
    const { store, hub } = this.#options;
    const { epoch, now } = store;
    const directory = this.#directory;
    const parts = { ...this.#options, directory, sessions, restore };
    const handOver = new HandOver({ ...parts, moves: store.moves });
    const claims = new ClusterClaims({ ...parts, handOver, self: { hub, epoch }, now });
    handOver.resume();
    this.#parts.push(claims, handOver, new Adoptions({ ...parts, handOver }));
    this.#serve(claims);
  }

  /** Moves nothing any more. Call it before the store is closed. */
  close(): void {
    for (const part of this.#parts.toReversed()) part.close();
  }
}

/** Adds the hub to those that there are. It owns its state already, and must not serve before. */
export async function joinOwners(options: OwnersOptions): Promise<Owners> {
  const directory = new Directory(options);
  await directory.join();
  return new Owners(options, directory);
}
