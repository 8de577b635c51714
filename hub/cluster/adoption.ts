import { firstValueFrom, type SchedulerLike, Subject, Subscription, takeUntil, timer } from 'rxjs';
import { untilSafe } from '../core/ports.ts';
import type { Missed } from '../session/moving-session.ts';
import type { ClusterStore } from './cluster-store.ts';
import type { Directory } from './directory.ts';
import { findAdoption } from './earlier-adoption.ts';
import { type Engine, UnansweredError } from './engine.ts';
import { finishAdoption, finishAdoptions } from './finished-adoption.ts';
import type { HubCell } from './hub-cell.ts';
import { type InheritanceContext, type InheritanceOptions, inherit } from './inheritance.ts';
import { hasPosition } from './ledger-positions.ts';
import { replayLog } from './log-replay.ts';
import { Ownership } from './ownership.ts';
import { HubState, VERSION } from './state.ts';

/** How long other hubs leave a dead hub's state to its own next process, milliseconds. This is longer than the time between two beats. */
const PRECEDENCE_MS = 500;

/** How long to wait before another attempt, and how often to check a hub that has no state, milliseconds. */
const RETRY_MS = 250;
const LOOK_MS = 5_000;

export interface AdoptionOptions extends InheritanceOptions {
  readonly engine: Engine;
  /** This process, in a form for users. */
  readonly instance: string;
  readonly directory: Directory;
  readonly store: ClusterStore;
  readonly scheduler: SchedulerLike;
  /** Called once no entry of a dead hub's epochs before `epoch` can count. Its sessions move here after the call has resolved. Default: does nothing. */
  readonly onFenced?: (hub: string, epoch: number) => Promise<void>;
}

/** Takes over the state of every other hub that dies or leaves, while this hub continues to serve. */
export class Adoptions {
  readonly #options: AdoptionOptions;
  readonly #running = new Subscription();
  readonly #watched = new Set<string>();
  readonly #closed$ = new Subject<undefined>();

  constructor(options: AdoptionOptions) {
    this.#options = options;
    this.#running.add(options.directory.others$.subscribe((hub) => void this.#watch(hub)));
  }

  /** Stops adopting hubs. */
  close(): void {
    this.#running.unsubscribe();
    this.#closed$.next(undefined);
    this.#closed$.complete();
  }

  /** Adopts a hub whenever it has no owner, until it is forgotten or this hub is closed. */
  async #watch(hub: string): Promise<void> {
    const { log, scheduler, directory } = this.#options;
    if (this.#watched.has(hub)) return;
    this.#watched.add(hub);
    let told: string | undefined;
    while (!this.#running.closed && directory.knows(hub)) {
      const ownership = new Ownership({ ...this.#options, hub, adopter: this.#options.hub, scheduler });
      try {
        await this.#attempt(hub, ownership);
        told = undefined;
      } catch (err) {
        // If this hub has lost its own state, another part reports that.
        const isOfThisHub = err instanceof UnansweredError || this.#running.closed;
        if (!isOfThisHub && `${err}` !== told) log.error({ err }, `hub ${hub} cannot be adopted yet`);
        if (!isOfThisHub) told = `${err}`;
      }
      ownership.stop();
      await this.#pause(RETRY_MS);
    }
    this.#watched.delete(hub);
  }

  async #attempt(hub: string, ownership: Ownership): Promise<void> {
    await this.#untilClosedOr(ownership.untilFree(() => undefined));
    if (this.#running.closed) return;
    const { store, directory } = this.#options;
    const { cell } = ownership;
    if (cell?.isEmpty === true) return directory.forget(hub, cell.epoch);
    if (!cell) {
      await this.#untilClosedOr(ownership.isOwned(LOOK_MS));
      return;
    }
    if (await this.#untilClosedOr(ownership.isOwned(PRECEDENCE_MS))) return;
    const earlier = await findAdoption({ ...this.#options, marks: store.moves }, hub, cell);
    if (this.#running.closed) return;
    if (earlier === 'taken') await this.#finish(hub, cell);
    if (earlier === 'left') await this.#adopt(hub, ownership);
  }

  /** Handles a dead hub whose state is already here, or at another hub. */
  async #finish(hub: string, { epoch, adopter }: HubCell): Promise<void> {
    const { engine, log, store } = this.#options;
    await untilSafe(store.journal);
    await finishAdoption(engine, hub, epoch);
    log.info(`hub ${hub} is gone; its sessions were taken by hub ${adopter}`);
  }

  async #adopt(hub: string, ownership: Ownership): Promise<void> {
    const { engine, log, store, onFenced } = this.#options;
    const shared = await engine.log(hub);
    const replay = await replayLog(shared, () => new HubState());
    if (replay.last === 0 && (await hasPosition(engine, hub)))
      log.error(`the log of hub ${hub} is gone from the NATS servers, and its sessions with it`);
    const epoch = await ownership.claim(replay.state.epoch);
    if (epoch === undefined || !(await replay.fence(epoch, VERSION))) return;
    await onFenced?.(hub, epoch);
    // Otherwise another hub finds that none of it is here, and takes it.
    if (!(await this.#takeInOrder(hub, epoch, replay.target))) return;
    await untilSafe(store.journal);
    await finishAdoptions(engine, replay.target.tables);
    await shared.trim(replay.begunAt);
    await ownership.release({ isEmpty: true });
    log.info(`hub ${hub} is gone; its sessions are here`);
  }

  /** Takes the state, unless this hub is closing. Returns whether it did. */
  async #takeInOrder(hub: string, epoch: number, { tables }: HubState): Promise<boolean> {
    const { order } = this.#options;
    const { position = 0, states = [] } = tables.ledger.get(0) ?? {};
    const [, state] = states.find(([name]) => name === hub) ?? [];
    const take = (missed: readonly Missed[]) => {
      if (this.#running.closed) return false;
      this.#take(hub, epoch, { tables, missed });
      return true;
    };
    return order ? order.since({ position, hub, epoch: state?.epoch ?? 0 }, take) : take([]);
  }

  /** Writes everything within one turn. The changes of a turn count together or not at all, so the mark says whether the whole state is here. */
  #take(
    hub: string,
    epoch: number,
    { tables, missed }: Pick<HubState, 'tables'> & Pick<InheritanceContext, 'missed'>,
  ): void {
    const { store } = this.#options;
    const mark = tables.clock.get(0);
    const theirNow = mark ? mark.hubMs + Math.max(0, store.wallMs() - mark.wallMs) : store.now();
    inherit(tables, { aheadMs: store.now() - theirNow, missed }, this.#options);
    for (const [other, until] of tables.adopted)
      store.moves.adopted.set(other, Math.max(until, store.moves.adopted.get(other) ?? 0));
    store.moves.adopted.set(hub, epoch);
  }

  async #untilClosedOr<T>(promise: Promise<T>): Promise<T | undefined> {
    return Promise.race([promise, firstValueFrom(this.#closed$, { defaultValue: undefined })]);
  }

  async #pause(ms: number): Promise<void> {
    const { scheduler } = this.#options;
    await firstValueFrom(timer(ms, scheduler).pipe(takeUntil(this.#closed$)), { defaultValue: 0 });
  }
}
