import { firstValueFrom, merge, Subject, Subscription, takeUntil, timer } from 'rxjs';
import { HubError } from '../core/error.ts';
import { untilSafe } from '../core/ports.ts';
import type { MovingSession } from '../session/moving-session.ts';
import type { StoredSession } from '../session/store.ts';
import type { Leaving } from './move-tables.ts';
import { MEMORY_MS, type MovingOptions } from './moving-options.ts';
import { decodeParcel, encodeParcel } from './parcel.ts';
import {
  type ClaimRequest,
  decodeReply,
  encodeReply,
  encodeRequest,
  REPLY_OVERHEAD_BYTES,
} from './requests.ts';

/** After how long the hub that has claimed a session is asked whether the session has arrived, milliseconds. */
const ASK_AFTER_MS = 3_000;

/** A session that may be here or at another hub. */
interface PendingHandOver {
  readonly leaving: Leaving;
  readonly moving: MovingSession;
  readonly settled: Promise<void>;
  readonly settle: () => void;
}

/** A session as it was when it was packed. */
interface Packed {
  readonly content: Uint8Array;
  /** The position up to which the ledger has been applied to it. */
  readonly position: number;
}

/** Gives sessions to the hubs that have claimed their clients. Until such a hub asks for the release of a session, the session may be at either. */
export class HandOverSender {
  readonly #options: MovingOptions;
  /** The sessions that are being given, by client identifier. */
  readonly #pending = new Map<string, PendingHandOver>();
  /** The parcels that were given, by hand-over. */
  readonly #parcels = new Map<string, Promise<Packed | undefined>>();
  /** Messages queued until the release, by hand-over. */
  readonly #remainders = new Map<string, Promise<Uint8Array>>();
  /** Pending waits, which are canceled when this hub ends. */
  readonly #running = new Subscription();
  readonly #closed$ = new Subject<undefined>();

  constructor(options: MovingOptions) {
    this.#options = options;
  }

  /** Continues to give a session that was being given by this hub or by a dead one. */
  resume(clientIdentifier: string, leaving: Leaving): void {
    const { moves, sessions } = this.#options;
    const moving = sessions.moves.hold(clientIdentifier);
    if (moving) {
      moves.leaving.set(clientIdentifier, leaving);
      this.#addPending(clientIdentifier, leaving, moving);
    } else moves.leaving.delete(clientIdentifier);
  }

  /** Ends a session here that another hub has taken; returns the messages queued since. */
  end(handOver: string): readonly StoredSession[] {
    const [clientIdentifier, pending] = this.#findPending(handOver) ?? [];
    if (clientIdentifier === undefined || !pending) return [];
    const remainder = this.#takeRemainder(clientIdentifier, pending);
    this.#settle(clientIdentifier);
    return decodeParcel(remainder);
  }

  close(): void {
    this.#running.unsubscribe();
    this.#closed$.next(undefined);
    this.#closed$.complete();
    for (const { settle } of this.#pending.values()) settle();
    this.#pending.clear();
  }

  /**
   * If a client's session is being handed over, resolves once it is known where the session is; otherwise returns `undefined`. Other callers may have waited too
   * and been faster. So ask again, and continue in the same turn as the answer.
   */
  settling(clientIdentifier: string): Promise<void> | undefined {
    return this.#pending.get(clientIdentifier)?.settled;
  }

  /** The earlier reply, if the same claim was answered before. */
  given(handOver: string): Promise<Uint8Array> | undefined {
    const parcel = this.#parcels.get(handOver);
    return parcel && this.#reply(parcel, 0);
  }

  /** Gives a client's session, if there is one, to the hub that has claimed it. Rejects with `session/not-yours`. */
  give(request: ClaimRequest): Promise<Uint8Array> {
    const parcel = this.#give(request);
    this.#remember(this.#parcels, request.handOver, parcel);
    return this.#reply(parcel, 0);
  }

  /** Returns the next piece of a parcel. */
  piece(handOver: string, at: number): Promise<Uint8Array> {
    const parcel = this.#parcels.get(handOver);
    if (!parcel) throw new HubError('session/unknown', `there is no hand-over ${handOver}`);
    return this.#reply(parcel, at);
  }

  /** The session of a hand-over has arrived: ends it here, and resolves to the messages queued since. */
  release(handOver: string): Promise<Uint8Array> {
    const known = this.#remainders.get(handOver);
    if (known) return known;
    if (!this.#findPending(handOver)) return Promise.resolve(encodeReply({ kind: 'none' }));
    const remainder = this.#release(handOver);
    this.#remember(this.#remainders, handOver, remainder);
    return remainder;
  }

  async #give(request: ClaimRequest): Promise<Packed | undefined> {
    const { sessions, store, moves } = this.#options;
    const { clientIdentifier, handOver, stamp, isMove = false } = request;
    const moving = isMove ? sessions.moves.hold(clientIdentifier) : sessions.moves.surrender(request);
    const leaving = { handOver, to: stamp.hub, lastTicket: 0 };
    if (moving) {
      moves.leaving.set(clientIdentifier, leaving);
      this.#addPending(clientIdentifier, leaving, moving);
    }
    await untilSafe(store.journal);
    const parcel = moving && this.#pack(clientIdentifier, leaving, moving);
    await untilSafe(store.journal); // The hub's next process must know what the parcel held.
    return parcel;
  }

  /** Messages queued from now on are sent with the release. */
  #pack(clientIdentifier: string, leaving: Leaving, moving: MovingSession): Packed | undefined {
    if (!moving.isKnown) {
      moving.stay(); // The session was ended meanwhile, for example because its credential was revoked.
      this.#settle(clientIdentifier);
      return undefined;
    }
    this.#options.moves.leaving.set(clientIdentifier, { ...leaving, lastTicket: moving.lastTicket });
    const content = encodeParcel((journal) => moving.copyTo(journal));
    return { content, position: this.#options.order?.position ?? 0 };
  }

  async #reply(parcel: Promise<Packed | undefined>, at: number): Promise<Uint8Array> {
    const { engine, hub, store } = this.#options;
    const packed = await parcel;
    if (!packed) return encodeReply({ kind: 'none' });
    const { content, position } = packed;
    const piece = content.subarray(at, at + engine.maxEntryBytes - REPLY_OVERHEAD_BYTES);
    const reply = { kind: 'parcel', bytes: content.length, now: store.now(), from: hub, position } as const;
    return encodeReply(reply, piece);
  }

  async #release(handOver: string): Promise<Uint8Array> {
    const { store, hub } = this.#options;
    const [clientIdentifier, pending] = this.#findPending(handOver) ?? [];
    if (clientIdentifier === undefined || !pending) return encodeReply({ kind: 'none' });
    const remainder = this.#takeRemainder(clientIdentifier, pending);
    this.#settle(clientIdentifier);
    await untilSafe(store.journal);
    const reply = {
      kind: 'parcel',
      bytes: remainder.length,
      now: store.now(),
      from: hub,
      position: 0,
    } as const;
    return encodeReply(reply, remainder);
  }

  #findPending(handOver: string): readonly [string, PendingHandOver] | undefined {
    return [...this.#pending].find(([, { leaving }]) => leaving.handOver === handOver);
  }

  /** With a ledger, the hub that has the session has read these messages from the ledger. */
  #takeRemainder(clientIdentifier: string, { moving }: PendingHandOver): Uint8Array {
    const { moves, order } = this.#options;
    const { lastTicket = 0 } = moves.leaving.get(clientIdentifier) ?? {};
    const remainder = encodeParcel((journal) =>
      moving.copyQueuedTo(journal, order ? Number.POSITIVE_INFINITY : lastTicket),
    );
    moving.end(order ? lastTicket : Number.POSITIVE_INFINITY);
    return remainder;
  }

  #addPending(clientIdentifier: string, leaving: Leaving, moving: MovingSession): void {
    let settle: () => void = () => undefined;
    const settled = new Promise<void>((resolve) => {
      settle = resolve;
    });
    const pending = { leaving, moving, settled, settle };
    this.#pending.set(clientIdentifier, pending);
    this.#options.inBackground(() => this.#settleAlone(clientIdentifier, pending));
  }

  #settle(clientIdentifier: string): void {
    this.#options.moves.leaving.delete(clientIdentifier);
    this.#pending.get(clientIdentifier)?.settle();
    this.#pending.delete(clientIdentifier);
  }

  /** Asks all hubs whether a session has arrived. If it has, the other hub will ask for its release. If not, the session stays here. */
  async #settleAlone(clientIdentifier: string, pending: PendingHandOver): Promise<void> {
    const isOpen = () => this.#pending.get(clientIdentifier) === pending && !this.#running.closed;
    for (;;) {
      const known$ = merge(pending.settled, this.#closed$);
      const waited$ = timer(ASK_AFTER_MS, this.#options.scheduler).pipe(takeUntil(known$));
      await firstValueFrom(waited$, { defaultValue: undefined });
      if (!isOpen()) return;
      const isElsewhere = await this.#isElsewhere(pending.leaving.handOver);
      if (!isOpen()) return;
      if (isElsewhere) continue;
      pending.moving.stay();
      this.#settle(clientIdentifier);
    }
  }

  async #isElsewhere(handOver: string): Promise<boolean> {
    const { directory } = this.#options;
    const question = encodeRequest({ kind: 'arrived', handOver });
    const others = await directory.others();
    const answers = await Promise.all(others.map((hub) => directory.ask(hub, question)));
    return answers.some((answer) => {
      const reply = answer && decodeReply(answer);
      return reply?.kind === 'arrived' && reply.hasArrived;
    });
  }

  /** Forgets calls that rejected or gave nothing, so that the same can be tried again. */
  #remember<T>(memory: Map<string, Promise<T>>, handOver: string, promise: Promise<T>): void {
    memory.set(handOver, promise);
    const forget = () => memory.delete(handOver);
    const keep = () => this.#running.add(timer(MEMORY_MS, this.#options.scheduler).subscribe(forget));
    promise.then((given) => (given ? keep() : forget()), forget);
  }
}
