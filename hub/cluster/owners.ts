import type { Logger } from 'pino';
import type { SchedulerLike } from 'rxjs';
import type { Claims, Served } from '../session/store-peers.ts';
import { Adoptions } from './adoption.ts';
import { ClusterClaims } from './claims.ts';
import type { ClusterStore } from './cluster-store.ts';
import { Directory } from './directory.ts';
import { Drain, type DrainLimits, type DrainState } from './drain.ts';
import type { Engine } from './engine.ts';
import { HandOver } from './hand-over.ts';
import type { Member } from './members.ts';
import type { Undelivered } from './move-tables.ts';
import type { SessionOrder } from './session-order.ts';
import { redeliver } from './undelivered-messages.ts';
import { unlessAborted } from './unless-aborted.ts';

export interface OwnersOptions {
  readonly engine: Engine;
  /** This hub. */
  readonly hub: string;
  readonly epoch: number;
  readonly instance: string;
  readonly scheduler: SchedulerLike;
  readonly log: Logger;
  /** Ends the wait for servers that do not answer. */
  readonly signal?: AbortSignal | undefined;
}

/** A hub that serves, as the owners of sessions see it. */
export interface ServingHub extends Served {
  readonly store: ClusterStore;
  /** Default: there is no ledger. */
  readonly order?: SessionOrder;
  /** See `AdoptionOptions`. */
  readonly onFenced?: (hub: string, epoch: number) => Promise<void>;
}

/** Which hub has which client's session: claims, hand-overs, and adoptions of dead hubs. */
export class Owners {
  /** Calls of its methods wait until `serve` is called. */
  readonly claims: Claims;
  readonly #options: OwnersOptions;
  readonly #directory: Directory;
  readonly #parts: { close(): void }[];
  #drain: ((live: () => readonly Member[]) => Drain) | undefined;
  #draining: Drain | undefined;
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
    const core = serving.hub;
    const redeliverAll = (undelivered: Undelivered) => redeliver(undelivered, core);
    const parts = { ...serving, ...this.#options, directory: this.#directory, redeliver: redeliverAll };
    const handOver = new HandOver({ ...parts, moves: store.moves });
    const claims = new ClusterClaims({ ...parts, handOver, self: parts, now });
    handOver.resume();
    const adoptions = new Adoptions({ ...parts, handOver });
    this.#parts.push(claims, handOver, adoptions);
    this.#begin(claims);
    this.#drain = (live) => {
      claims.drain();
      adoptions.close();
      return new Drain({ ...parts, sender: handOver.sender, live, now });
    };
  }

  /** Moves all sessions to the hubs that serve; resolves to the sessions that are left here. Call it once, while the hub serves. */
  async drain(live: () => readonly Member[], limits: DrainLimits): Promise<DrainState> {
    this.#draining = this.#drain?.(live);
    return (await this.#draining?.run(limits)) ?? NOTHING_LEFT;
  }

  /** The sessions left to move; `undefined` if the hub does not drain. */
  get drainState(): DrainState | undefined {
    return this.#draining?.state;
  }

  /** Takes note that a message of another hub was received. */
  learn(hub: string): void {
    this.#directory.learn(hub);
  }

  /** Stops all moves. Call it before the store is closed. */
  close(): void {
    for (const part of this.#parts.toReversed()) part.close();
  }
}

const NOTHING_LEFT: DrainState = { connected: 0, sessions: 0 };

/** Adds the hub to the directory. The hub must own its state before, and must not serve before. */
export async function joinOwners(options: OwnersOptions): Promise<Owners> {
  const directory = new Directory(options);
  try {
    await unlessAborted(directory.join(), options.signal);
  } catch (error) {
    directory.close();
    throw error;
  }
  return new Owners(options, directory);
}
