import { Subscription, timer } from 'rxjs';
import { untilSafe } from '../core/ports.ts';
import { type Missed, moveMessage, recordMovedSessions } from '../session/moving-session.ts';
import type { StoredSession } from '../session/store.ts';
import { askChannel } from './directory.ts';
import { UnansweredError } from './engine.ts';
import type { Arrived } from './move-tables.ts';
import { clientsOf, MEMORY_MS, type MovingOptions } from './moving-options.ts';
import { decodeParcel } from './parcel.ts';
import { decodeReply, encodeRequest, type Reply } from './requests.ts';

/** How long a piece of a parcel may take, milliseconds. */
const PIECE_MS = 2_000;

/** Takes sessions that this hub has claimed from the hubs that had them. */
export class HandOverReceiver {
  readonly #options: MovingOptions;
  /** Hand-overs whose session must no longer be taken. */
  readonly #refused = new Set<string>();
  readonly #remembering = new Subscription();

  constructor(options: MovingOptions) {
    this.#options = options;
  }

  /** Continues with a session that was taken by this hub or by a dead one. */
  resume(handOver: string, arrived: Arrived): void {
    this.#options.moves.arrived.set(handOver, arrived);
    this.#options.inBackground(() => this.#askForRelease(handOver));
  }

  /** Stops asking for the release of a session. Returns whether this hub had taken the session. */
  end(handOver: string): boolean {
    return this.#options.moves.arrived.delete(handOver);
  }

  /** A session that was moving here must no longer be taken. */
  refuse(handOver: string): void {
    this.#refused.add(handOver);
    const forgetting = timer(MEMORY_MS, this.#options.scheduler).subscribe(() =>
      this.#refused.delete(handOver),
    );
    this.#remembering.add(forgetting);
  }

  close(): void {
    this.#remembering.unsubscribe();
  }

  /** Takes a session that another hub has given; resolves to false if it must not. The session is here then, but perhaps not safe yet. */
  async take(
    clientIdentifier: string,
    handOver: string,
    reply: Reply & { kind: 'parcel' },
  ): Promise<boolean> {
    const content = await this.#fetch(handOver, reply);
    const { order } = this.#options;
    const arrive = (missed: readonly Missed[]) => {
      if (!content || this.#refused.has(handOver)) {
        this.refuse(handOver);
        return false;
      }
      this.#import(content, reply.now, missed.map(withoutShares));
      this.#options.moves.arrived.set(handOver, { clientIdentifier, from: reply.from });
      this.#options.inBackground(() => this.#askForRelease(handOver));
      return true;
    };
    return order ? order.since({ position: reply.position, hub: reply.from }, arrive) : arrive([]);
  }

  /** Returns whether a session has arrived here safely. If it has not, this hub will never take it. */
  async hasArrived(handOver: string): Promise<boolean> {
    const { moves, store } = this.#options;
    if (moves.arrived.get(handOver)) {
      await untilSafe(store.journal);
      return true;
    }
    this.refuse(handOver);
    return false;
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
    restore(recordMovedSessions(wanted, store.journal, store.now() - theirNow));
    sessions.moves.catchUp(clientsOf(wanted), missed);
  }

  /** Ends the session at the hub that gave it, and takes the messages queued there meanwhile. */
  async #askForRelease(handOver: string): Promise<void> {
    const { store, moves } = this.#options;
    if (!moves.arrived.get(handOver)) return;
    await untilSafe(store.journal);
    // The giver may have died, been adopted and started again. If the first look was too early, a second look finds the adopter.
    const reply = (await this.#findReleased(handOver)) ?? (await this.#findReleased(handOver));
    const remainder = reply && decodeParcel(reply.content);
    if (moves.arrived.delete(handOver) && remainder) this.#append(remainder, reply.now);
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

  #append(remainder: readonly StoredSession[], theirNow: number): void {
    const { sessions, store } = this.#options;
    const aheadMs = store.now() - theirNow;
    for (const { state, due } of remainder) {
      const moved = due.map((one) => ({ ...one, message: moveMessage(one.message, aheadMs) }));
      sessions.moves.appendQueued(state.clientIdentifier, moved);
    }
  }
}

/** The hub that gives the session decides which member of a shared subscription gets a message: it passes on what the session got after that point. */
function withoutShares(missed: Missed): Missed {
  return { ...missed, shares: [] };
}
