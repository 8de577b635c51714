import {
  filter,
  firstValueFrom,
  interval,
  map,
  merge,
  mergeMap,
  type Observable,
  ReplaySubject,
  race,
  type SchedulerLike,
  Subject,
  Subscription,
  startWith,
  switchMap,
  take,
  takeUntil,
} from 'rxjs';
import { HubError, toHubError } from '../core/error.ts';
import type { CellValue, Engine } from './engine.ts';
import { connectionNameOf, type HubCell, hubKey, parseBeat, parseHubCell } from './hub-cell.ts';
import { encodeJson } from './json.ts';
import { BEAT_MS, ranFor$, SILENCE_MS, silence$ } from './silence.ts';

/** How much longer a process waits for its own beats than the others do, milliseconds. */
const SPARE_MS = 250;

export interface OwnershipOptions {
  readonly engine: Engine;
  /** The hub whose state is owned. */
  readonly hub: string;
  /** This process, under a name that no other process has and that users understand: host and process identifier. */
  readonly instance: string;
  /** The other hub on whose behalf the state is owned, if any. */
  readonly adopter?: string;
  readonly scheduler: SchedulerLike;
}

/** Decides which process owns the state of a hub. Liveness depends on beats, which may be wrong; safety depends only on the log's fences. */
export class Ownership {
  readonly #options: OwnershipOptions;
  readonly #beats$: Observable<HubCell>;
  readonly #running = new Subscription();
  readonly #stopped$ = new Subject<undefined>();
  readonly #lost$ = new ReplaySubject<HubError>(1);
  #cell: CellValue | undefined;
  #claim: HubCell | undefined;

  constructor(options: OwnershipOptions) {
    this.#options = options;
    this.#beats$ = options.engine.received$(hubKey(options.hub)).pipe(mergeMap(parseBeat));
  }

  /** Emits the reason why this process no longer owns the state, and completes. */
  get lost$(): Observable<HubError> {
    return this.#lost$;
  }

  /** Resolves when the state has no owner: it was released, or its owner is silent; and when this is stopped. `onOwner` is called with the owner until then. */
  async untilFree(onOwner: (instance: string) => void): Promise<void> {
    const { engine, hub } = this.#options;
    const listening = this.#beats$.subscribe({
      next: ({ instance, isReleased }) => !isReleased && onOwner(instance),
      error: () => undefined, // The wait for silence rejects with the same.
    });
    try {
      for (let silentSince = 0; ; silentSince = this.#cell?.revision ?? 0) {
        this.#cell = await engine.cell(hubKey(hub));
        if (!this.#cell || parseHubCell(this.#cell).isReleased || this.#cell.revision === silentSince) return;
        await firstValueFrom(merge(this.#silence$(), this.#stopped$));
        if (this.#running.closed) return;
      }
    } finally {
      listening.unsubscribe();
    }
  }

  /** Resolves to whether a beat of an owner is received within this many milliseconds, as soon as that is known. */
  isOwned(withinMs: number): Promise<boolean> {
    const owned$ = this.#beats$.pipe(
      filter(({ isReleased }) => !isReleased),
      map(() => true),
    );
    const late$ = ranFor$(withinMs, this.#options.scheduler).pipe(map(() => false));
    return firstValueFrom(race(owned$, late$), { defaultValue: false });
  }

  /** Claims an epoch that is later than all before and later than `after`. Resolves to it; `undefined` if another process was faster. */
  async claim(after: number): Promise<number | undefined> {
    const { engine, hub, instance } = this.#options;
    const epoch = Math.max(after, this.#cell ? parseHubCell(this.#cell).epoch : 0) + 1;
    const claim = { epoch, instance, isReleased: false, adopter: this.#options.adopter };
    if (!(await engine.setCell(hubKey(hub), JSON.stringify(claim), this.#cell?.revision ?? 0)))
      return undefined;
    this.#claim = claim;
    this.#beat(claim);
    return epoch;
  }

  /** Gives up the state once this process does not receive its own beats, as others may not receive them either, or once it receives beats of a later owner. */
  watch(): void {
    const { hub, scheduler, instance } = this.#options;
    const epoch = this.#claim?.epoch ?? 0;
    const cutOff$ = this.#beats$.pipe(
      filter((beat) => beat.epoch === epoch && beat.instance === instance),
      startWith(undefined),
      switchMap(() => ranFor$(SILENCE_MS + SPARE_MS, scheduler)),
      map(() => `the cluster was not reachable for ${SILENCE_MS / 1000} s`),
    );
    const later$ = this.#beats$.pipe(
      filter((beat) => beat.epoch > epoch),
      map((beat) => `${beat.instance} has taken over hub ${hub}`),
    );
    this.#running.add(
      merge(cutOff$, later$).subscribe({
        next: (reason) => this.lose(reason),
        error: (error: unknown) => this.lose(toHubError(error).message),
      }),
    );
  }

  /** Stops the beats of this process. */
  lose(reason: string): void {
    this.stop();
    this.#lost$.next(new HubError('store/unavailable', reason));
    this.#lost$.complete();
  }

  /** The content of the cell when it was last read; `undefined` if the state had no owner yet. */
  get cell(): HubCell | undefined {
    return this.#cell && parseHubCell(this.#cell);
  }

  /** Releases the state to other hubs at once; `isEmpty` if the adopter has all of it. */
  async release(more: Pick<HubCell, 'isEmpty'> = {}): Promise<void> {
    const { engine, hub } = this.#options;
    if (!this.#claim || this.#running.closed) return;
    this.stop();
    const released = { ...this.#claim, isReleased: true, ...more };
    const present = await engine.cell(hubKey(hub));
    if (!present || parseHubCell(present).epoch !== this.#claim.epoch) return;
    await engine.setCell(hubKey(hub), JSON.stringify(released), present.revision);
    engine.cast(hubKey(this.#options.hub), encodeJson(released));
  }

  stop(): void {
    this.#running.unsubscribe();
    this.#stopped$.next(undefined);
  }

  #beat(claim: HubCell): void {
    const { engine, scheduler } = this.#options;
    const beat = encodeJson(claim);
    const beats$ = interval(BEAT_MS, scheduler).pipe(startWith(0));
    this.#running.add(beats$.subscribe(() => engine.cast(hubKey(this.#options.hub), beat)));
  }

  /** Emits when nothing was received for long enough although it could have been, or when the owner has released the state. */
  #silence$(): Observable<unknown> {
    const released$ = this.#beats$.pipe(filter(({ isReleased }) => isReleased));
    const { engine, hub } = this.#options;
    const { adopter = hub, instance = '' } = this.cell ?? {};
    const gone$ = engine.gone$.pipe(filter((name) => name === connectionNameOf({ hub: adopter, instance })));
    const silent$ = silence$({ ...this.#options, received$: this.#beats$, gone$ });
    return merge(silent$.pipe(takeUntil(released$)), released$).pipe(take(1));
  }
}
