import { type SchedulerLike, type Subscription, timer } from 'rxjs';
import { HubError, quote } from '../core/error.ts';
import type { Sessions, SurrenderOptions } from '../session/sessions.ts';
import type { Claims, Grant } from '../session/store-peers.ts';
import { askChannel, type Directory } from './directory.ts';
import type { Engine } from './engine.ts';
import type { HandOver } from './hand-over.ts';
import type { Member } from './members.ts';
import { answerBatches } from './question-batches.ts';
import { type ClaimRequest, decodeReply, decodeRequest, encodeReply, encodeRequest } from './requests.ts';
import { isLater, type Stamp, Stamps } from './stamps.ts';

/** For how long a claim that was granted may wait for its session to be opened, milliseconds. */
const UNUSED_MS = 30_000;

/** A claim that took longer has waited for a hub that did not answer at once, milliseconds. */
const LONG_MS = 100;

/** For how long a claim may be on its way, milliseconds. */
const STALE_MS = 60_000;

/** How long a client waits for hubs that do not answer, milliseconds: longer than an election, and than it takes to adopt one that is gone. */
const PATIENCE_MS = 15_000;

export interface ClusterClaimsOptions {
  readonly engine: Engine;
  /** This hub. */
  readonly self: Pick<Member, 'hub' | 'epoch'>;
  readonly directory: Directory;
  readonly handOver: HandOver;
  readonly sessions: Pick<Sessions, 'has'>;
  readonly now: () => number;
  readonly scheduler: SchedulerLike;
}

/** Claims clients of all other hubs, and answers theirs. Of two claims at once the later one wins. */
export class ClusterClaims implements Claims {
  readonly #options: ClusterClaimsOptions;
  readonly #stamps: Stamps;
  /** The last claim of each client that is not used yet. */
  readonly #pending = new Map<string, PendingClaim>();
  /** The stamps of the claims by which clients connected here, for as long as an earlier one may still come. */
  readonly #used = new Map<string, { readonly stamp: Stamp; readonly atMs: number }>();
  readonly #answering: Subscription;

  constructor(options: ClusterClaimsOptions) {
    const { engine, self, now, scheduler } = options;
    this.#options = options;
    this.#stamps = new Stamps(self.hub, now);
    const answer = answerBatches((bytes) => this.#answer(bytes), scheduler);
    this.#answering = engine.answer(askChannel(self.hub), answer);
  }

  async claim(wanted: SurrenderOptions): Promise<Grant> {
    const { clientIdentifier } = wanted;
    const earlier = this.#pending.get(clientIdentifier);
    earlier?.lose();
    const pending = new PendingClaim(clientIdentifier, this.#stamps.next());
    this.#pending.set(clientIdentifier, pending);
    const gathering = this.#gather(wanted, pending, earlier);
    pending.await(gathering);
    const patience = timer(PATIENCE_MS, this.#options.scheduler).subscribe(() => pending.giveUp());
    try {
      await Promise.race([gathering, pending.lost]);
    } catch (error) {
      void pending.settled.then(() => this.#forget(pending)); // Until then it may bring a session here.
      throw error;
    } finally {
      patience.unsubscribe();
    }
    return this.#grant(pending);
  }

  /** Answers no more claims of others. */
  close(): void {
    this.#answering.unsubscribe();
  }

  #grant(pending: PendingClaim): Grant {
    const unused = timer(UNUSED_MS, this.#options.scheduler).subscribe(() => {
      pending.lose();
      this.#forget(pending);
    });
    return {
      use: () => {
        unused.unsubscribe();
        this.#forget(pending);
        pending.ensureNotLost();
        this.#onUsed(pending);
      },
    };
  }

  /** The stamp by which a client connected here, if an earlier claim may still be on its way. */
  #usedStamp(clientIdentifier: string): Stamp | undefined {
    const used = this.#used.get(clientIdentifier);
    return used && this.#options.scheduler.now() - used.atMs < STALE_MS ? used.stamp : undefined;
  }

  #onUsed({ clientIdentifier, stamp }: PendingClaim): void {
    const now = this.#options.scheduler.now();
    for (const [known, { atMs }] of this.#used) {
      if (now - atMs < STALE_MS) break;
      this.#used.delete(known);
    }
    this.#used.delete(clientIdentifier); // So that the order is that of time.
    this.#used.set(clientIdentifier, { stamp, atMs: now });
  }

  #forget(pending: PendingClaim): void {
    const { clientIdentifier } = pending;
    if (this.#pending.get(clientIdentifier) === pending) this.#pending.delete(clientIdentifier);
  }

  /** Asks everybody, unless the session is here: then it is nowhere else. */
  async #gather(
    wanted: SurrenderOptions,
    pending: PendingClaim,
    earlier: PendingClaim | undefined,
  ): Promise<void> {
    const { handOver, sessions, scheduler } = this.#options;
    const { clientIdentifier } = wanted;
    await earlier?.settled;
    for (
      let wait = handOver.giving.settling(clientIdentifier);
      wait;
      wait = handOver.giving.settling(clientIdentifier)
    )
      await wait;
    if (sessions.has(clientIdentifier)) return;
    const begunMs = scheduler.now();
    await this.#askAll(wanted, pending);
    // A hub that was waited for may have been adopted, and begun again empty, after its adopter was asked.
    if (scheduler.now() - begunMs >= LONG_MS && !sessions.has(clientIdentifier))
      await this.#askAll(wanted, pending);
  }

  async #askAll(wanted: SurrenderOptions, pending: PendingClaim): Promise<void> {
    const others = await this.#options.directory.others();
    const asked = others.map((hub) => this.#claimOf(hub, wanted, pending));
    for (const outcome of await Promise.allSettled(asked))
      if (outcome.status === 'rejected') throw outcome.reason;
  }

  async #claimOf(hub: string, wanted: SurrenderOptions, pending: PendingClaim): Promise<void> {
    const { directory, handOver, self } = this.#options;
    const { clientIdentifier, cleanStart, owner } = wanted;
    const { name, accountId, credentialIds } = owner;
    const { stamp } = pending;
    for (let attempt = 1; !pending.isLost; attempt++) {
      const id = `${self.hub}-${self.epoch}-${stamp.ms}-${attempt}-${hub}`;
      const request = encodeRequest({
        kind: 'claim',
        clientIdentifier,
        cleanStart,
        owner: { name, accountId, credentialIds: [...credentialIds] },
        stamp,
        handOver: id,
      });
      const answer = await directory.ask(hub, request);
      const reply = answer && decodeReply(answer);
      if (reply?.kind === 'lost') this.#lose(pending, reply.later);
      if (reply?.kind === 'refused') throw new HubError('session/not-yours', reply.message);
      if (reply?.kind !== 'parcel') return;
      if (await handOver.taking.take(clientIdentifier, id, reply)) return;
    }
  }

  /** Even if the clock of this hub is behind, the client wins when it tries again. */
  #lose(pending: PendingClaim, later: Stamp | undefined): void {
    if (later) this.#stamps.hear(later);
    pending.lose();
  }

  async #answer(bytes: Uint8Array): Promise<Uint8Array> {
    const { handOver } = this.#options;
    const request = decodeRequest(bytes);
    switch (request.kind) {
      case 'claim':
        return this.#answerClaim(request);
      case 'piece':
        return handOver.giving.piece(request.handOver, request.at);
      case 'release':
        return handOver.giving.release(request.handOver);
      case 'arrived':
        return encodeReply({
          kind: 'arrived',
          hasArrived: await handOver.taking.hasArrived(request.handOver),
        });
    }
  }

  async #answerClaim(request: ClaimRequest): Promise<Uint8Array> {
    const { handOver, directory } = this.#options;
    const { clientIdentifier, stamp } = request;
    this.#stamps.hear(stamp);
    directory.learn(stamp.hub);
    const mine = this.#pending.get(clientIdentifier);
    const last = mine?.stamp ?? this.#usedStamp(clientIdentifier);
    if (last && isLater(last, stamp)) return encodeReply({ kind: 'lost', later: last });
    mine?.lose();
    const given = handOver.giving.given(request.handOver);
    if (given) return given;
    await mine?.settled; // What it has brought here goes on to the later one.
    for (
      let wait = handOver.giving.settling(clientIdentifier);
      wait;
      wait = handOver.giving.settling(clientIdentifier)
    )
      await wait;
    return this.#give(request);
  }

  async #give(request: ClaimRequest): Promise<Uint8Array> {
    try {
      return await (this.#options.handOver.giving.given(request.handOver) ??
        this.#options.handOver.giving.give(request));
    } catch (error) {
      if (error instanceof HubError && error.code === 'session/not-yours')
        return encodeReply({ kind: 'refused', message: error.message });
      throw error;
    }
  }
}

/** A client that has connected here, until its session is opened. */
class PendingClaim {
  readonly clientIdentifier: string;
  readonly stamp: Stamp;
  /** Rejects with `session/taken-over` once the client has connected elsewhere, and with `store/unavailable` if it does not become known whether it has. */
  readonly lost: Promise<never>;
  /** Resolves when nothing comes here any more on its behalf. */
  settled: Promise<void> = Promise.resolve();
  #lose: (reason: HubError) => void = () => undefined;
  #reason: HubError | undefined;

  constructor(clientIdentifier: string, stamp: Stamp) {
    this.clientIdentifier = clientIdentifier;
    this.stamp = stamp;
    this.lost = new Promise<never>((_, reject) => {
      this.#lose = reject;
    });
    this.lost.catch(() => undefined); // Also if nobody waits for it any more.
  }

  get isLost(): boolean {
    return this.#reason !== undefined;
  }

  await(gathering: Promise<void>): void {
    this.settled = gathering.catch(() => undefined); // Whoever has claimed is told.
  }

  lose(): void {
    const message = `client ${quote(this.clientIdentifier)} has connected again elsewhere`;
    this.#end(new HubError('session/taken-over', message));
  }

  giveUp(): void {
    const message = `some hub does not say whether it has a session of client ${quote(this.clientIdentifier)}`;
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
