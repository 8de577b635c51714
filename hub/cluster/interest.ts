import { interval, type SchedulerLike, type Subscription, timer } from 'rxjs';
import type { HubError } from '../core/error.ts';
import type { MemberCounts, Progress } from '../core/ports.ts';
import { ByteReader, ByteWriter } from '../storage/engine/bytes.ts';
import { type Engine, UnansweredError } from './engine.ts';
import type { Member } from './members.ts';

/** How long another hub has for its answer, and how long to wait before they are sent again, milliseconds. */
const ANSWER_MS = 1_000;
const RETRY_MS = 100;

/** After how long a subscription is acknowledged although some hub has not confirmed it, milliseconds. */
const PATIENCE_MS = 1_000;

/** How often to ask a hub whether it still knows this hub's filters, milliseconds: it may have considered this hub dead. */
const CHECK_MS = 2_000;

/** How many past changes are kept; a hub that has missed more is sent everything. */
const KNOWN_CHANGES = 10_000;

/** About how long one question may be, bytes. */
const QUESTION_BYTES = 256 * 2 ** 10;

/** Sent for a shared subscription all of whose members are offline. A hub of an earlier version takes it as that many members. */
export const ALL_AWAY = 1_000_000;

/** How many subscriptions a hub has for a filter: one if it is not shared, else the number of live members. */
interface Change {
  readonly filter: string;
  readonly count: number;
}

interface Listener {
  readonly member: Member;
  /** The version that the other hub has confirmed; `undefined` if it knows nothing yet. */
  version: number | undefined;
  isSending: boolean;
}

type WhenSafe = (failure?: HubError) => void;

export interface InterestOptions {
  readonly engine: Engine;
  readonly self: Pick<Member, 'hub' | 'epoch'>;
  readonly scheduler: SchedulerLike;
}

export function interestChannel(hub: string): string {
  return `interest-${hub}`;
}

/**
 * Tells all other hubs the filters for which this hub has subscribers. A hub that is new gets all filters, and later each change. A position is safe once all
 * hubs have confirmed it, or have had time to.
 */
export class OwnInterest implements Progress {
  readonly #options: InterestOptions;
  readonly #counts = new Map<string, number>();
  /** The last changes, in order. */
  #changes: Change[] = [];
  #version = 0;
  readonly #others = new Map<string, Listener>();
  #waiters: { readonly version: number; readonly then: WhenSafe }[] = [];
  /** The version with which the last filter was added. */
  #lastAdded = 0;
  /** The version up to which no caller waits any more. */
  #waived = 0;
  #isScheduled = false;
  #isStopped = false;
  readonly #checking: Subscription;

  constructor(options: InterestOptions) {
    this.#options = options;
    this.#checking = interval(CHECK_MS, options.scheduler).subscribe(() =>
      this.#sendToAll({ isCheck: true }),
    );
  }

  get position(): number {
    return this.#version;
  }

  isSafe(version: number): boolean {
    if (version <= this.#waived) return true;
    for (const listener of this.#others.values()) if ((listener.version ?? -1) < version) return false;
    return true;
  }

  whenSafe(version: number, then: WhenSafe): void {
    if (this.isSafe(version)) {
      then();
      return;
    }
    this.#waiters.push({ version, then });
    timer(PATIENCE_MS, this.#options.scheduler).subscribe(() => {
      this.#waived = Math.max(this.#waived, version);
      this.#release();
    });
  }

  /** Whether a hub that knows a version may lack filters of this hub. Members of shared subscriptions are announced too, but are not filters of this hub. */
  hasAddedSince(version: number): boolean {
    return version < this.#lastAdded;
  }

  add(filter: string): void {
    this.#set(filter, (this.#counts.get(filter) ?? 0) + 1);
  }

  remove(filter: string): void {
    this.#set(filter, (this.#counts.get(filter) ?? 0) - 1);
  }

  /** Records how many members a shared subscription has here. */
  share(filter: string, { live, away }: MemberCounts): void {
    const count = live === 0 && away > 0 ? ALL_AWAY : live;
    if (count !== (this.#counts.get(filter) ?? 0)) this.#set(filter, count);
  }

  /** The other hubs that serve now. */
  setOthers(members: readonly Member[]): void {
    const keys = new Set(members.map(keyOf));
    for (const key of this.#others.keys()) if (!keys.has(key)) this.#others.delete(key);
    for (const member of members) {
      const key = keyOf(member);
      if (!this.#others.has(key)) this.#others.set(key, { member, version: undefined, isSending: false });
    }
    this.#sendToAll();
    this.#release();
  }

  stop(): void {
    this.#isStopped = true;
    this.#checking.unsubscribe();
    this.#others.clear();
    this.#release();
  }

  #set(filter: string, count: number): void {
    const known = this.#counts.get(filter) ?? 0;
    if (count <= 0) this.#counts.delete(filter);
    else this.#counts.set(filter, count);
    const announced = isShared(filter) ? count : Math.min(count, 1);
    if (!isShared(filter) && Math.min(known, 1) === announced) return;
    this.#note({ filter, count: announced });
    this.#schedule();
  }

  /** The next version: the last one with one more change. */
  #note({ filter, count }: Change): void {
    this.#version++;
    if (count > 0 && !isShared(filter)) this.#lastAdded = this.#version;
    this.#changes.push({ filter, count });
    if (this.#changes.length > 2 * KNOWN_CHANGES) this.#changes = this.#changes.slice(-KNOWN_CHANGES);
  }

  #schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    setImmediate(() => {
      this.#isScheduled = false;
      this.#sendToAll();
    });
  }

  #sendToAll({ isCheck } = { isCheck: false }): void {
    for (const listener of this.#others.values())
      if (!listener.isSending && (isCheck || listener.version !== this.#version)) void this.#send(listener);
  }

  /** Sends to one hub until it knows everything, or no longer serves. */
  async #send(listener: Listener): Promise<void> {
    listener.isSending = true;
    do {
      try {
        await this.#sendOnce(listener);
        this.#release();
      } catch (error) {
        if (!(error instanceof UnansweredError)) throw error;
        await new Promise<void>((resolve) =>
          timer(RETRY_MS, this.#options.scheduler).subscribe(() => resolve()),
        );
      }
    } while (this.#isOther(listener) && listener.version !== this.#version);
    listener.isSending = false;
  }

  #isOther(listener: Listener): boolean {
    return !this.#isStopped && this.#others.get(keyOf(listener.member)) === listener;
  }

  async #sendOnce(listener: Listener): Promise<void> {
    const { version } = listener;
    const missed = version === undefined ? Number.POSITIVE_INFINITY : this.#version - version;
    if (version === undefined || missed > this.#changes.length) await this.#sendEverything(listener);
    else await this.#sendChanges(listener, version, this.#changes.slice(this.#changes.length - missed));
  }

  /** Each piece has a version of its own: a hub that received only some of them does not claim a version that includes everything. */
  async #sendEverything(listener: Listener): Promise<void> {
    const all = Array.from(this.#counts, ([filter, count]) => ({
      filter,
      count: isShared(filter) ? count : 1,
    }));
    const pieces = [...encodePieces(all)];
    const first = this.#version;
    for (const again of all.slice(0, pieces.length - 1)) this.#note(again);
    if (pieces.length > 1) this.#lastAdded = this.#version;
    for (const [index, content] of pieces.entries()) {
      const [from, to] = [Math.max(first, first + index - 1), first + index];
      const isKnown = await this.#ask(listener.member, { from, to, isFirstOfAll: index === 0 }, content);
      if (!isKnown) throw new UnansweredError('it does not serve yet');
    }
    listener.version = first + pieces.length - 1;
  }

  async #sendChanges(listener: Listener, from: number, changes: readonly Change[]): Promise<void> {
    const version = this.#version;
    const pieces = [...encodePieces(changes)];
    for (const [index, content] of pieces.entries()) {
      const to = index === pieces.length - 1 ? version : from;
      if (await this.#ask(listener.member, { from, to, isFirstOfAll: false }, content)) continue;
      listener.version = undefined; // The other hub has restarted or missed something, so the next question sends everything.
      return;
    }
    listener.version = version;
  }

  async #ask(
    { hub }: Member,
    { from, to, isFirstOfAll }: { from: number; to: number; isFirstOfAll: boolean },
    content: Uint8Array,
  ): Promise<boolean> {
    const writer = new ByteWriter();
    writer.text(this.#options.self.hub);
    writer.integer(this.#options.self.epoch);
    writer.byte(isFirstOfAll ? 1 : 0);
    writer.integer(from);
    writer.integer(to);
    const question = Buffer.concat([writer.bytes, content]);
    const answer = await this.#options.engine.ask(interestChannel(hub), question, ANSWER_MS);
    return answer[0] === 1;
  }

  #release(): void {
    const due = this.#waiters.filter(({ version }) => this.isSafe(version));
    if (due.length === 0) return;
    this.#waiters = this.#waiters.filter((waiter) => !due.includes(waiter));
    for (const { then } of due) then();
  }
}

function keyOf({ hub, epoch }: Pick<Member, 'hub' | 'epoch'>): string {
  return `${hub}/${epoch}`;
}

function isShared(filter: string): boolean {
  return filter.startsWith('$share/');
}

function* encodePieces(changes: readonly Change[]): Generator<Uint8Array> {
  const writer = new ByteWriter();
  for (const { filter, count } of changes) {
    writer.text(filter);
    writer.integer(Math.max(0, count));
    if (writer.length < QUESTION_BYTES) continue;
    yield writer.copy();
    writer.clear();
  }
  yield writer.copy();
}

/** Receives another hub's messages about its filters. */
export interface InterestTarget {
  /** Called when everything that was known of this hub is void. */
  clear(hub: string, epoch: number): void;
  /** Called with the number of subscriptions that the hub has for a filter; 0 for none. */
  set(hub: string, filter: string, count: number): void;
}

/** Receives other hubs' messages about their filters. */
export class OthersInterest {
  readonly #known = new Map<string, { epoch: number; version: number }>();
  readonly #target: InterestTarget;
  readonly #answering: Subscription;

  constructor({ engine, self }: InterestOptions, target: InterestTarget) {
    this.#target = target;
    this.#answering = engine.answer(interestChannel(self.hub), async (bytes) => this.#take(bytes));
  }

  /** The version up to which the filters of a hub are known; `undefined` if they are not. */
  versionOf(hub: string): number | undefined {
    return this.#known.get(hub)?.version;
  }

  /** Forgets the filters of a hub that no longer serves. */
  forget(hub: string): void {
    this.#known.delete(hub);
  }

  stop(): void {
    this.#answering.unsubscribe();
  }

  /** Takes a change of another hub's filters. Returns the answer: whether the change follows the known version. */
  #take(bytes: Uint8Array): Uint8Array {
    const reader = new ByteReader(bytes);
    const [hub, epoch] = [reader.text(), reader.integer()];
    const isFirstOfAll = reader.byte() === 1;
    const [from, to] = [reader.integer(), reader.integer()];
    const known = this.#known.get(hub);
    const isLate = known && (known.epoch > epoch || (known.epoch === epoch && known.version > to));
    if (isLate) return Uint8Array.of(0);
    if (isFirstOfAll) this.#target.clear(hub, epoch);
    // The same message may arrive twice, if the answer was lost.
    else if (known?.epoch !== epoch || (known.version !== from && known.version !== to))
      return Uint8Array.of(0);
    while (!reader.isAtEnd) this.#target.set(hub, reader.text(), reader.integer());
    this.#known.set(hub, { epoch, version: to });
    return Uint8Array.of(1);
  }
}
