import { type SchedulerLike, Subscription, timer } from 'rxjs';
import { HubError } from '../core/error.ts';
import type { SurrenderOptions } from '../session/session-moves.ts';
import type { Sessions } from '../session/sessions.ts';
import type { Claims, Grant } from '../session/store-peers.ts';
import { askChannel, type Directory } from './directory.ts';
import type { Engine } from './engine.ts';
import type { HandOver } from './hand-over.ts';
import type { Member } from './members.ts';
import { PendingClaim } from './pending-claim.ts';
import { answerBatches } from './question-batches.ts';
import {
  type ClaimRequest,
  decodeReply,
  decodeRequest,
  encodeReply,
  encodeRequest,
  type Offered,
  type OfferRequest,
} from './requests.ts';
import { isLater, type Stamp, Stamps } from './stamps.ts';

/** How long a granted claim may wait for its session to be opened, milliseconds. */
const UNUSED_MS = 30_000;

/** A claim that took longer than this has waited for a hub that did not answer at once, milliseconds. */
const LONG_MS = 100;

/** How long a claim may be on its way, milliseconds. */
const STALE_MS = 60_000;

/** How long it may take a hub to learn that sessions are about to move, milliseconds. */
const MOVING_MS = 2_000;

/** How long a client waits for hubs that do not answer, milliseconds: longer than an election, and longer than the adoption of a dead hub. */
const PATIENCE_MS = 15_000;

export interface ClusterClaimsOptions {
  readonly engine: Engine;
  /** This hub. */
  readonly self: Pick<Member, 'hub' | 'epoch'>;
  readonly directory: Directory;
  readonly handOver: HandOver;
  readonly sessions: Pick<Sessions, 'has' | 'find'>;
  readonly now: () => number;
  readonly scheduler: SchedulerLike;
}

/** Claims clients from all other hubs, and answers their claims. If two claims compete, the later one wins. */
export class ClusterClaims implements Claims {
  readonly #options: ClusterClaimsOptions;
  readonly #stamps: Stamps;
  /** The last claim of each client that is not used yet. */
  readonly #pending = new Map<string, PendingClaim>();
  /** The stamps of the claims with which clients connected here, kept as long as an earlier claim may still arrive. */
  readonly #used = new Map<string, { readonly stamp: Stamp; readonly atMs: number }>();
  readonly #answering: Subscription;
  /** Timers that end unused grants. */
  readonly #granting = new Subscription();
  #isDraining = false;

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
      void pending.settled.then(() => this.#forget(pending)); // Until then the claim may bring a session here.
      throw error;
    } finally {
      patience.unsubscribe();
    }
    return this.#grant(pending);
  }

  /** Stops accepting sessions that other hubs give away. */
  drain(): void {
    this.#isDraining = true;
  }

  /** Whether this hub has claimed a client and does not have its session yet. */
  isPending(clientIdentifier: string): boolean {
    return this.#pending.has(clientIdentifier);
  }

  /** Stops answering claims of other hubs. */
  close(): void {
    this.#answering.unsubscribe();
    this.#granting.unsubscribe();
  }

  #grant(pending: PendingClaim): Grant {
    const unused = timer(UNUSED_MS, this.#options.scheduler).subscribe(() => {
      pending.lose();
      this.#forget(pending);
    });
    this.#granting.add(unused);
    return {
      use: () => {
        unused.unsubscribe();
        this.#forget(pending);
        pending.ensureNotLost();
        this.#onUsed(pending);
      },
    };
  }

  /** The stamp with which a client connected here, if an earlier claim may still be on its way. */
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
    this.#used.delete(clientIdentifier); // Keeps the map in order of time.
    this.#used.set(clientIdentifier, { stamp, atMs: now });
  }

  #forget(pending: PendingClaim): void {
    const { clientIdentifier } = pending;
    if (this.#pending.get(clientIdentifier) === pending) this.#pending.delete(clientIdentifier);
  }

  /** Asks all hubs for the session. Asks none if the session is here, as no other hub has it then. */
  async #gather(
    wanted: SurrenderOptions,
    pending: PendingClaim,
    earlier: PendingClaim | undefined,
  ): Promise<void> {
    const { sessions, scheduler } = this.#options;
    const { clientIdentifier } = wanted;
    await earlier?.settled;
    await this.#untilSettled(clientIdentifier);
    if (sessions.has(clientIdentifier)) return;
    const begunMs = scheduler.now();
    await this.#askAll(wanted, pending);
    // While this hub waited for a dead hub, a hub that was asked earlier may have adopted it. The dead hub may then have started again, empty.
    if (scheduler.now() - begunMs >= LONG_MS) pending.mustAskAgain = true;
    while (pending.mustAskAgain && !sessions.has(clientIdentifier)) {
      pending.mustAskAgain = false;
      await this.#askAll(wanted, pending);
    }
  }

  async #askAll(wanted: SurrenderOptions, pending: PendingClaim): Promise<void> {
    const others = await this.#options.directory.others();
    const asked = others.map((hub) => this.#claimOf(hub, wanted, pending));
    for (const outcome of await Promise.allSettled(asked))
      if (outcome.status === 'rejected') throw outcome.reason;
    if (await this.#untilSettled(wanted.clientIdentifier)) pending.mustAskAgain = true;
  }

  async #claimOf(hub: string, wanted: SurrenderOptions, pending: PendingClaim): Promise<void> {
    const { directory, handOver, self } = this.#options;
    const { clientIdentifier, cleanStart, owner } = wanted;
    const { name, accountId, credentialIds } = owner;
    const { stamp, isMove } = pending;
    for (let attempt = 1; !pending.isLost; attempt++) {
      const id = `${self.hub}-${self.epoch}-${stamp.ms}-${attempt}-${hub}`;
      const request = encodeRequest({
        kind: 'claim',
        clientIdentifier,
        cleanStart,
        owner: { name, accountId, credentialIds: [...credentialIds] },
        stamp,
        handOver: id,
        ...(isMove && { isMove }),
      });
      const answer = await directory.ask(hub, request);
      const reply = answer && decodeReply(answer);
      if (reply?.kind === 'lost') this.#lose(pending, reply.later);
      if (reply?.kind === 'refused') throw new HubError('session/not-yours', reply.message);
      if (reply?.kind !== 'parcel') return;
      await this.#untilSettled(clientIdentifier);
      if (await handOver.receiver.take(clientIdentifier, id, reply)) return;
    }
  }

  /** Gives up a claim. Takes note of the later stamp, so that the client wins its next attempt even if the clock of this hub is slow. */
  #lose(pending: PendingClaim, later: Stamp | undefined): void {
    if (later) this.#stamps.observe(later);
    pending.lose();
  }

  async #answer(bytes: Uint8Array): Promise<Uint8Array> {
    const { handOver } = this.#options;
    const request = decodeRequest(bytes);
    switch (request.kind) {
      case 'claim':
        return request.isMove ? this.#answerMove(request) : this.#answerClaim(request);
      case 'offer':
        return encodeReply({ kind: 'taken', count: await this.#takeOffered(request) });
      case 'moving':
        for (const id of request.clientIdentifiers) this.#lookAgain(id);
        return encodeReply({ kind: 'none' });
      case 'piece':
        return handOver.sender.piece(request.handOver, request.at);
      case 'release':
        return handOver.sender.release(request.handOver);
      case 'arrived':
        return encodeReply({
          kind: 'arrived',
          hasArrived: await handOver.receiver.hasArrived(request.handOver),
        });
    }
  }

  async #answerClaim(request: ClaimRequest): Promise<Uint8Array> {
    const { handOver, directory } = this.#options;
    const { clientIdentifier, stamp } = request;
    this.#stamps.observe(stamp);
    directory.learn(stamp.hub);
    const earlier = this.#pending.get(clientIdentifier);
    const lostTo = this.#laterThan(request);
    if (lostTo) return encodeReply({ kind: 'lost', later: lostTo });
    earlier?.lose();
    const given = handOver.sender.given(request.handOver);
    if (given) return given;
    await earlier?.settled; // If the earlier claim has brought the session here, the session passes to the later claim.
    for (let wait = this.#settling(clientIdentifier); wait; wait = this.#settling(clientIdentifier))
      await wait;
    const lostMeanwhile = this.#laterThan(request);
    return lostMeanwhile ? encodeReply({ kind: 'lost', later: lostMeanwhile }) : this.#give(request);
  }

  /** The stamp of a later claim of the same client at this hub, if there is one. */
  #laterThan({ clientIdentifier, stamp }: ClaimRequest): Stamp | undefined {
    const pending = this.#pending.get(clientIdentifier);
    const last = pending?.isMove === false ? pending.stamp : this.#usedStamp(clientIdentifier);
    return last && isLater(last, stamp) ? last : undefined;
  }

  /**
   * Waits for a hand-over that has begun here, or at a dead hub that this hub has adopted while it asked others. Until the hand-over ends, the session may be at
   * another hub as well as here. Resolves to whether there was one.
   */
  async #untilSettled(clientIdentifier: string): Promise<boolean> {
    let hasWaited = false;
    for (let wait = this.#settling(clientIdentifier); wait; wait = this.#settling(clientIdentifier)) {
      await wait;
      hasWaited = true;
    }
    return hasWaited;
  }

  #settling(clientIdentifier: string): Promise<void> | undefined {
    return this.#options.handOver.sender.settling(clientIdentifier);
  }

  /** Gives an offline session to a hub to which it was offered. */
  async #answerMove(request: ClaimRequest): Promise<Uint8Array> {
    const { handOver, directory, sessions } = this.#options;
    const { clientIdentifier, stamp } = request;
    this.#stamps.observe(stamp);
    directory.learn(stamp.hub);
    const given = handOver.sender.given(request.handOver);
    if (given) return given;
    for (let wait = this.#settling(clientIdentifier); wait; wait = this.#settling(clientIdentifier))
      await wait;
    if (this.isPending(clientIdentifier) || sessions.find(clientIdentifier)?.isLive)
      return encodeReply({ kind: 'none' });
    return this.#give(request);
  }

  /**
   * Takes sessions from a hub that drains; resolves to how many have arrived. A client that connects meanwhile, at any hub, has priority. That client's hub may
   * have asked this one too early. Then it either has not asked the draining hub yet, or learns of the move before that hub gives the session, and asks again.
   */
  async #takeOffered({ from, sessions: offered }: OfferRequest): Promise<number> {
    const { sessions, directory } = this.#options;
    directory.learn(from);
    const isTaken = ({ clientIdentifier: id }: Offered) => this.isPending(id) || sessions.has(id);
    const wanted = this.#isDraining ? [] : offered.filter((one) => !isTaken(one));
    const announced = this.#announce(
      wanted.map(({ clientIdentifier }) => clientIdentifier),
      from,
    );
    const outcomes = await Promise.allSettled(wanted.map((one) => this.#move(one, from, announced)));
    for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
    return wanted.filter(({ clientIdentifier }) => sessions.has(clientIdentifier)).length;
  }

  /** Tells all hubs, except the one that has them, that these sessions move here. */
  async #announce(clientIdentifiers: readonly string[], from: string): Promise<void> {
    const { directory, engine } = this.#options;
    if (clientIdentifiers.length === 0) return;
    const others = (await directory.others()).filter((hub) => hub !== from);
    const question = encodeRequest({ kind: 'moving', clientIdentifiers: [...clientIdentifiers] });
    await Promise.all(others.map((hub) => engine.ask(askChannel(hub), question, MOVING_MS)));
  }

  async #move(wanted: Offered, from: string, announced: Promise<void>): Promise<void> {
    const pending = new PendingClaim(wanted.clientIdentifier, this.#stamps.next(), { isMove: true });
    this.#pending.set(wanted.clientIdentifier, pending);
    const moving = announced.then(() => this.#claimOf(from, { ...wanted, cleanStart: false }, pending));
    pending.await(moving);
    await moving.finally(() => this.#forget(pending));
  }

  #lookAgain(clientIdentifier: string): void {
    const pending = this.#pending.get(clientIdentifier);
    if (pending) pending.mustAskAgain = true;
  }

  async #give(request: ClaimRequest): Promise<Uint8Array> {
    try {
      return await (this.#options.handOver.sender.given(request.handOver) ??
        this.#options.handOver.sender.give(request));
    } catch (error) {
      if (error instanceof HubError && error.code === 'session/not-yours')
        return encodeReply({ kind: 'refused', message: error.message });
      throw error;
    }
  }
}
