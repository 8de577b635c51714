import type { Logger } from 'pino';
import type { SchedulerLike } from 'rxjs';
import type { Claims, Served } from '../session/store-peers.ts';
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
  readonly epoch: number;
  readonly instance: string;
  readonly scheduler: SchedulerLike;
  readonly log: Logger;
}

/** A hub that serves, as the owners of sessions see it. */
export interface ServingHub extends Omit<Served, 'hub'> {
  readonly store: ClusterStore;
  /** Default: there is no ledger. */
  readonly order?: SessionOrder;
  /** See `AdoptionOptions`. */
  readonly onFenced?: (hub: string, epoch: number) => Promise<void>;
}

/** Which hub has which client's session: claims, hand-overs, and adoptions of dead hubs. */
export class Owners {
  /** They wait until `serve` is called. */
  readonly claims: Claims;
  readonly #options: OwnersOptions;
  readonly #directory: Directory;
  readonly #parts: { close(): void }[];
  #begin: (claims: Claims) => void = () => undefined;

  constructor(options: OwnersOptions, directory: Directory) {
    this.#options = options;
    this.#directory = directory;
    this.#parts = [directory];
    const served = new Promise<Claims>((resolve) => {
      this.#begin = resolve;
    });
    this.claims = { claim: async (wanted) => (await served).claim(wanted) };
  }

  /** Call it once the sessions of the store are restored, before clients can connect. */
  serve(serving: ServingHub): void {
    const { store } = serving;
    const { now } = store;
    const parts = { ...serving, ...this.#options, directory: this.#directory };
    const handOver = new HandOver({ ...parts, moves: store.moves });
    const claims = new ClusterClaims({ ...parts, handOver, self: parts, now });
    handOver.resume();
    this.#parts.push(claims, handOver, new Adoptions({ ...parts, handOver }));
    this.#begin(claims);
  }

  /** Another hub was heard of. */
  learn(hub: string): void {
    this.#directory.learn(hub);
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
