import type { Logger } from 'pino';
import { firstValueFrom, type SchedulerLike, timer } from 'rxjs';
import { HubError } from '../core/error.ts';
import { untilSafe } from '../core/journal.ts';
import type { Missed } from '../session/catch-up.ts';
import type { MovingSession } from '../session/moving-session.ts';
import { moveMessage, recordAnew } from '../session/record-anew.ts';
import type { Sessions } from '../session/sessions.ts';
import type { Store, StoredSession } from '../session/store.ts';
import { askChannel, type Directory } from './directory.ts';
import { type Engine, UnansweredError } from './engine.ts';
import type { Arrived, Leaving, MoveTables } from './move-tables.ts';
import { decodeParcel, encodeParcel } from './parcel.ts';
import {
  type ClaimRequest,
  decodeReply,
  encodeReply,
  encodeRequest,
  REPLY_OVERHEAD_BYTES,
  type Reply,
} from './requests.ts';
import type { SessionOrder } from './session-order.ts';

/** After how long the hub that has claimed a session is asked whether it has arrived, milliseconds. */
const DOUBT_MS = 3_000;

/** For how long an answer that may have been lost is known, milliseconds. */
const MEMORY_MS = 60_000;

/** How long a piece of a parcel may take, milliseconds. */
const PIECE_MS = 2_000;

export interface HandOverOptions {
  readonly engine: Engine;
  /** This hub. */
  readonly hub: string;
  readonly directory: Directory;
  readonly store: Pick<Store, 'journal' | 'now'>;
  readonly moves: MoveTables;
  /** Default: there is no ledger. What becomes due to a session while it moves then goes with its release. */
  readonly order?: SessionOrder | undefined;
  readonly sessions: Pick<Sessions, 'surrender' | 'hold' | 'has' | 'appendDue' | 'catchUp'>;
  /** Restores sessions that are in the store already. */
  readonly restore: (stored: readonly StoredSession[]) => void;
  readonly scheduler: SchedulerLike;
  readonly log: Logger;
}

/** A session that may be here, or elsewhere. */
interface Doubt {
  readonly leaving: Leaving;
  readonly moving: MovingSession;
  readonly settled: Promise<void>;
  readonly settle: () => void;
}

/** A session as it was when it was packed. */
interface Packed {
  readonly content: Uint8Array;
  /** Up to where it has had the effect of the ledger. */
  readonly position: number;
}

/**
 * Moves sessions to the hub that has claimed their client, and takes those that this one has claimed. A session is at one hub, whoever dies: the one that gives
 * it notes in its log that it may be gone, the one that takes it notes that it has come, and only then does the first one end it. In between, the first one asks.
 */
export class HandOver {
  readonly #options: HandOverOptions;
  /** By client identifier. */
  readonly #doubts = new Map<string, Doubt>();
  /** What was given, by hand-over. */
  readonly #parcels = new Map<string, Promise<Packed | undefined>>();
  /** What became due until the release, by hand-over. */
  readonly #remainders = new Map<string, Promise<Uint8Array>>();
  /** Hand-overs whose session must not be taken any more. */
  readonly #refused = new Set<string>();
  #isClosed = false;

  constructor(options: HandOverOptions) {
    this.#options = options;
  }

  /** Goes on with what the log says. Call it once the sessions are restored. */
  resume(): void {
    const { leaving, arrived } = this.#options.moves;
    for (const [clientIdentifier, one] of [...leaving]) this.resumeGiving(clientIdentifier, one);
    for (const [handOver, one] of [...arrived]) this.resumeTaking(handOver, one);
  }

  /** Goes on with a session that a dead hub was giving. */
  resumeGiving(clientIdentifier: string, leaving: Leaving): void {
    const { moves, sessions } = this.#options;
    const moving = sessions.hold(clientIdentifier);
    if (moving) {
      moves.leaving.set(clientIdentifier, leaving);
      this.#doubt(clientIdentifier, leaving, moving);
    } else moves.leaving.delete(clientIdentifier);
  }

  /** Goes on with a session that a dead hub had taken. */
  resumeTaking(handOver: string, arrived: Arrived): void {
    this.#options.moves.arrived.set(handOver, arrived);
    this.#inBackground(this.#askForRelease(handOver));
  }

  /** Whether this hub has taken a session; from now on it does not ask for its release. */
  endTaking(handOver: string): boolean {
    return this.#options.moves.arrived.delete(handOver);
  }

  /** Ends a session here that another hub has taken; returns what became due since. */
  endGiving(handOver: string): readonly StoredSession[] {
    const [clientIdentifier, doubt] = this.#findDoubt(handOver) ?? [];
    if (clientIdentifier === undefined || !doubt) return [];
    const remainder = this.#takeRemainder(clientIdentifier, doubt);
    this.#settle(clientIdentifier);
    return decodeParcel(remainder);
  }

  /** A session that was on its way here must not be taken any more. */
  refuse(handOver: string): void {
    this.#refused.add(handOver);
    timer(MEMORY_MS, this.#options.scheduler).subscribe(() => this.#refused.delete(handOver));
  }

  close(): void {
    this.#isClosed = true;
    for (const { settle } of this.#doubts.values()) settle();
    this.#doubts.clear();
  }

  /** Resolves when it is known where a client's session is; `undefined` if it is known now. Others may have waited too, and been faster: ask again. */
  settling(clientIdentifier: string): Promise<void> | undefined {
    return this.#doubts.get(clientIdentifier)?.settled;
  }

  /** What was given before, if the same was claimed before. */
  given(handOver: string): Promise<Uint8Array> | undefined {
    const parcel = this.#parcels.get(handOver);
    return parcel && this.#reply(parcel, 0);
  }

  /** Gives a client's session, if there is any, to the hub that has claimed it. Rejects with `session/not-yours`. */
  give(request: ClaimRequest): Promise<Uint8Array> {
    const parcel = this.#give(request);
    this.#remember(this.#parcels, request.handOver, parcel);
    return this.#reply(parcel, 0);
  }

  /** The rest of what was given. */
  piece(handOver: string, at: number): Promise<Uint8Array> {
    const parcel = this.#parcels.get(handOver);
    if (!parcel) throw new HubError('session/unknown', `nothing is known of hand-over ${handOver}`);
    return this.#reply(parcel, at);
  }

  /** Takes what another hub has given; resolves to whether it may be. The session is here then, but perhaps not safe yet. */
  async take(
    clientIdentifier: string,
    handOver: string,
    reply: Reply & { kind: 'parcel' },
  ): Promise<boolean> {
    const content = await this.#fetch(handOver, reply);
    const missed = await this.#options.order?.since(reply.position, reply.from);
    if (!content || this.#refused.has(handOver)) {
      this.refuse(handOver);
      return false;
    }
    this.#import(content, reply.now, (missed ?? []).map(withoutShares));
    this.#options.moves.arrived.set(handOver, { clientIdentifier, from: reply.from });
    this.#inBackground(this.#askForRelease(handOver));
    return true;
  }

  /** Whether a session has arrived here, safely; if not, it never will. */
  async hasArrived(handOver: string): Promise<boolean> {
    const { moves, store } = this.#options;
    if (moves.arrived.get(handOver)) {
      await untilSafe(store.journal);
      return true;
    }
    this.refuse(handOver);
    return false;
  }

  /** The session of a hand-over has arrived: ends it here, and resolves to what became due since. */
  release(handOver: string): Promise<Uint8Array> {
    const known = this.#remainders.get(handOver);
    if (known) return known;
    if (!this.#findDoubt(handOver)) return Promise.resolve(encodeReply({ kind: 'none' }));
    const remainder = this.#release(handOver);
    this.#remember(this.#remainders, handOver, remainder);
    return remainder;
  }

  async #give(request: ClaimRequest): Promise<Packed | undefined> {
    const { sessions, store, moves } = this.#options;
    const { clientIdentifier, handOver, stamp } = request;
    const moving = sessions.surrender(request);
    const leaving = { handOver, to: stamp.hub, lastTicket: 0 };
    if (moving) {
      moves.leaving.set(clientIdentifier, leaving);
      this.#doubt(clientIdentifier, leaving, moving);
    }
    await untilSafe(store.journal);
    const parcel = moving && this.#pack(clientIdentifier, leaving, moving);
    await untilSafe(store.journal); // The next process must know what was in it.
    return parcel;
  }

  /** What becomes due from now on goes with the release. */
  #pack(clientIdentifier: string, leaving: Leaving, moving: MovingSession): Packed | undefined {
    if (!moving.isKnown) {
      this.#settle(clientIdentifier); // It was ended meanwhile, as for a revoked credential.
      return undefined;
    }
    this.#options.moves.leaving.set(clientIdentifier, { ...leaving, lastTicket: moving.lastTicket });
    const content = encodeParcel((record) => moving.copyTo(record));
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

  /** All pieces of a parcel; `undefined` if the hub that gives it is gone. */
  async #fetch(handOver: string, first: Reply & { kind: 'parcel' }): Promise<Uint8Array | undefined> {
    const pieces = [first.content];
    for (let at = first.content.length; at < first.bytes; ) {
      const next = await this.#fetchPiece(first.from, handOver, at);
      if (!next) return undefined;
      pieces.push(next);
      at += next.length;
    }
    return Buffer.concat(pieces);
  }

  async #fetchPiece(from: string, handOver: string, at: number): Promise<Uint8Array | undefined> {
    const question = encodeRequest({ kind: 'piece', handOver, at });
    try {
      return decodeReply(await this.#options.engine.ask(askChannel(from), question, PIECE_MS)).content;
    } catch (error) {
      if (error instanceof UnansweredError) return undefined;
      throw error;
    }
  }

  #import(content: Uint8Array, theirNow: number, missed: readonly Missed[]): void {
    const { sessions, store, restore, log } = this.#options;
    const sent = decodeParcel(content);
    const isNew = ({ state }: StoredSession) => !sessions.has(state.clientIdentifier);
    const wanted = sent.filter(isNew);
    for (const { state } of sent.filter((one) => !isNew(one)))
      log.warn(
        { client: state.clientIdentifier },
        'two hubs had a session of this client; that of this hub stays',
      );
    restore(recordAnew(wanted, store.journal, store.now() - theirNow));
    sessions.catchUp(clientsOf(wanted), missed);
  }

  /** Ends the session at the hub that has given it, and takes what became due there meanwhile. */
  async #askForRelease(handOver: string): Promise<void> {
    const { store, moves } = this.#options;
    if (!moves.arrived.get(handOver)) return;
    await untilSafe(store.journal);
    // Whoever had it may have died, been adopted and begun again: a second look finds the adopter, if the first was too early.
    const reply = (await this.#findReleased(handOver)) ?? (await this.#findReleased(handOver));
    if (moves.arrived.delete(handOver) && reply) this.#append(reply);
  }

  async #findReleased(handOver: string): Promise<(Reply & { kind: 'parcel' }) | undefined> {
    const { directory } = this.#options;
    const question = encodeRequest({ kind: 'release', handOver });
    const others = await directory.others();
    for (const answer of await Promise.all(others.map((hub) => directory.ask(hub, question)))) {
      const reply = answer && decodeReply(answer);
      if (reply?.kind === 'parcel') return reply;
    }
    return undefined;
  }

  #append({ content, now: theirNow }: Reply & { kind: 'parcel' }): void {
    const { sessions, store } = this.#options;
    const aheadMs = store.now() - theirNow;
    for (const { state, due } of decodeParcel(content)) {
      const moved = due.map((one) => ({ ...one, message: moveMessage(one.message, aheadMs) }));
      sessions.appendDue(state.clientIdentifier, moved);
    }
  }

  async #release(handOver: string): Promise<Uint8Array> {
    const { store, hub } = this.#options;
    const [clientIdentifier, doubt] = this.#findDoubt(handOver) ?? [];
    if (clientIdentifier === undefined || !doubt) return encodeReply({ kind: 'none' });
    const remainder = this.#takeRemainder(clientIdentifier, doubt);
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

  #findDoubt(handOver: string): readonly [string, Doubt] | undefined {
    return [...this.#doubts].find(([, { leaving }]) => leaving.handOver === handOver);
  }

  /** With a ledger, whoever has the session has had from it what became due here. */
  #takeRemainder(clientIdentifier: string, { moving }: Doubt): Uint8Array {
    const { moves, order } = this.#options;
    const { lastTicket = 0 } = moves.leaving.get(clientIdentifier) ?? {};
    const remainder = encodeParcel((record) =>
      moving.copyDueTo(record, order ? Number.POSITIVE_INFINITY : lastTicket),
    );
    moving.end(order ? lastTicket : Number.POSITIVE_INFINITY);
    return remainder;
  }

  #doubt(clientIdentifier: string, leaving: Leaving, moving: MovingSession): void {
    let settle: () => void = () => undefined;
    const settled = new Promise<void>((resolve) => {
      settle = resolve;
    });
    const doubt = { leaving, moving, settled, settle };
    this.#doubts.set(clientIdentifier, doubt);
    this.#inBackground(this.#clearUp(clientIdentifier, doubt));
  }

  #settle(clientIdentifier: string): void {
    this.#options.moves.leaving.delete(clientIdentifier);
    this.#doubts.get(clientIdentifier)?.settle();
    this.#doubts.delete(clientIdentifier);
  }

  /** Asks all hubs whether a session has arrived. If it has, its release will come; if not, it stays here. */
  async #clearUp(clientIdentifier: string, doubt: Doubt): Promise<void> {
    const isOpen = () => this.#doubts.get(clientIdentifier) === doubt && !this.#isClosed;
    for (;;) {
      await Promise.race([doubt.settled, firstValueFrom(timer(DOUBT_MS, this.#options.scheduler))]);
      if (!isOpen()) return;
      const isElsewhere = await this.#isElsewhere(doubt.leaving.handOver);
      if (!isOpen()) return;
      if (isElsewhere) continue;
      doubt.moving.stay();
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

  /** What rejects or gives nothing is forgotten: the same can be tried again. */
  #remember<T>(memory: Map<string, Promise<T>>, handOver: string, promise: Promise<T>): void {
    memory.set(handOver, promise);
    const forget = () => memory.delete(handOver);
    const keep = () => timer(MEMORY_MS, this.#options.scheduler).subscribe(forget);
    promise.then((given) => (given ? keep() : forget()), forget);
  }

  #inBackground(work: Promise<void>): void {
    work.catch((err: unknown) => {
      if (!this.#isClosed)
        this.#options.log.warn({ err }, 'a session on its way between two hubs has to wait');
    });
  }
}

/** Which member of a shared subscription gets a message is up to the hub that gives the session: it hands on what the session got after that. */
function withoutShares(missed: Missed): Missed {
  return { ...missed, shares: [] };
}

export function clientsOf(sessions: readonly StoredSession[]): readonly string[] {
  return sessions.map(({ state }) => state.clientIdentifier);
}
