import {
  delay,
  filter,
  firstValueFrom,
  interval,
  map,
  merge,
  mergeMap,
  type Observable,
  ReplaySubject,
  type SchedulerLike,
  Subscription,
  startWith,
  switchMap,
  take,
  takeUntil,
  timer,
} from 'rxjs';
import { z } from 'zod';
import { HubError, quote, toHubError } from '../core/error.ts';
import type { CellValue, Engine } from './engine.ts';
import { parseJson } from './json.ts';
import { BEAT_MS, GRACE_MS, SILENCE_MS, silence$ } from './silence.ts';

const encoder = new TextEncoder();
const decoder = new TextDecoder();

export interface OwnershipOptions {
  readonly engine: Engine;
  /** The hub whose state is owned. */
  readonly hub: string;
  /** This process, as no other calls itself, and as users know it: host and process identifier. */
  readonly instance: string;
  readonly scheduler: SchedulerLike;
}

/** What the cell of a hub says, and every beat. Its owner sets `isReleased` once the state is safe and nobody serves it. */
const CLAIM = z.object({ epoch: z.int().positive(), instance: z.string(), isReleased: z.boolean() });

type Claim = Readonly<z.infer<typeof CLAIM>>;

/** Who owns the state of a hub. Liveness is a matter of beats, which may be wrong; safety is one of the log's fences alone. */
export class Ownership {
  readonly #options: OwnershipOptions;
  readonly #heard$: Observable<Claim>;
  readonly #running = new Subscription();
  readonly #lost$ = new ReplaySubject<HubError>(1);
  #cell: CellValue | undefined;
  #claim: Claim | undefined;

  constructor(options: OwnershipOptions) {
    this.#options = options;
    this.#heard$ = options.engine.heard$(channelOf(options)).pipe(mergeMap(parseBeat));
  }

  /** Emits why this process no longer owns the state, and completes. */
  get lost$(): Observable<HubError> {
    return this.#lost$;
  }

  /** Resolves when the state has no owner: it was released, or its owner is silent. `onOwner` is told who owns it until then. */
  async untilFree(onOwner: (instance: string) => void): Promise<void> {
    const { engine, hub } = this.#options;
    const listening = this.#heard$.subscribe({
      next: ({ instance, isReleased }) => !isReleased && onOwner(instance),
      error: () => undefined, // The wait for silence rejects with the same.
    });
    try {
      for (let silentSince = 0; ; silentSince = this.#cell?.revision ?? 0) {
        this.#cell = await engine.cell(cellOf(hub));
        if (!this.#cell || parse(this.#cell.text).isReleased || this.#cell.revision === silentSince) return;
        await firstValueFrom(this.#silence$());
      }
    } finally {
      listening.unsubscribe();
    }
  }

  /** Claims a later epoch than all before, and than the one given. Resolves to it; `undefined` if somebody else was faster. */
  async claim(after: number): Promise<number | undefined> {
    const { engine, hub, instance } = this.#options;
    const epoch = Math.max(after, this.#cell ? parse(this.#cell.text).epoch : 0) + 1;
    const claim = { epoch, instance, isReleased: false };
    if (!(await engine.setCell(cellOf(hub), JSON.stringify(claim), this.#cell?.revision ?? 0)))
      return undefined;
    this.#claim = claim;
    this.#beat(claim);
    return epoch;
  }

  /** Ends itself once it cannot hear its own beats, so that others may not hear them either, or once it hears of a later owner. */
  watch(): void {
    const { hub, scheduler, instance } = this.#options;
    const epoch = this.#claim?.epoch ?? 0;
    const cutOff$ = this.#heard$.pipe(
      filter((heard) => heard.epoch === epoch && heard.instance === instance),
      startWith(undefined),
      switchMap(() => timer(SILENCE_MS, scheduler).pipe(delay(GRACE_MS, scheduler))),
      map(() => `the cluster was not reachable for ${SILENCE_MS / 1000} s`),
    );
    const later$ = this.#heard$.pipe(
      filter((heard) => heard.epoch > epoch),
      map((heard) => `${heard.instance} has taken over hub ${hub}`),
    );
    this.#running.add(
      merge(cutOff$, later$).subscribe({
        next: (reason) => this.lose(reason),
        error: (error: unknown) => this.lose(toHubError(error).message),
      }),
    );
  }

  /** Stops saying that this process is there. */
  lose(reason: string): void {
    this.stop();
    this.#lost$.next(new HubError('store/unavailable', reason));
    this.#lost$.complete();
  }

  /** Lets others have the state at once. */
  async release(): Promise<void> {
    const { engine, hub } = this.#options;
    if (!this.#claim || this.#running.closed) return;
    this.stop();
    const text = JSON.stringify({ ...this.#claim, isReleased: true });
    const present = await engine.cell(cellOf(hub));
    if (!present || parse(present.text).epoch !== this.#claim.epoch) return;
    await engine.setCell(cellOf(hub), text, present.revision);
    engine.cast(channelOf(this.#options), encoder.encode(text));
  }

  stop(): void {
    this.#running.unsubscribe();
  }

  #beat(claim: Claim): void {
    const { engine, scheduler } = this.#options;
    const beat = encoder.encode(JSON.stringify(claim));
    const beats$ = interval(BEAT_MS, scheduler).pipe(startWith(0));
    this.#running.add(beats$.subscribe(() => engine.cast(channelOf(this.#options), beat)));
  }

  /** Emits when nothing was heard for long enough, while it could have been, or when the owner has released the state. */
  #silence$(): Observable<unknown> {
    const released$ = this.#heard$.pipe(filter(({ isReleased }) => isReleased));
    const silent$ = silence$({ ...this.#options, heard$: this.#heard$ });
    return merge(silent$.pipe(takeUntil(released$)), released$).pipe(take(1));
  }
}

function cellOf(hub: string): string {
  return `hub-${hub}`;
}

function channelOf({ hub }: OwnershipOptions): string {
  return `hub-${hub}`;
}

function parse(text: string): Claim {
  const claim = CLAIM.safeParse(parseJson(text));
  if (claim.success) return claim.data;
  throw new HubError('store/damaged', `the cluster says something else than who owns a hub: ${quote(text)}`);
}

/** Anybody may cast anything: what is no beat is none. */
function parseBeat(bytes: Uint8Array): readonly Claim[] {
  const claim = CLAIM.safeParse(parseJson(decoder.decode(bytes)));
  return claim.success ? [claim.data] : [];
}
