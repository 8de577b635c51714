import {
  defer,
  distinctUntilChanged,
  filter,
  firstValueFrom,
  map,
  merge,
  NEVER,
  type Observable,
  of,
  retry,
  type SchedulerLike,
  Subject,
  scan,
  switchMap,
  take,
  takeUntil,
  tap,
  throwError,
  timer,
} from 'rxjs';
import { z } from 'zod';
import { HubError, quote } from '../core/error.ts';
import type { Hubs } from '../core/ports.ts';
import { type Engine, UnansweredError } from './engine.ts';
import { parseJson } from './json.ts';
import { SILENCE_MS } from './silence.ts';

/** How long to wait before the cluster is asked again if it has not answered, milliseconds. */
const AGAIN_MS = 1_000;

/** How long a restarted hub may take to claim its devices, milliseconds. */
const RESTART_MS = 10_000;

/** How long a closing hub waits for its devices to be released to others, milliseconds. */
const RELEASE_MS = 1_000;

/** How long it may take until the others know that a hub serves, milliseconds. */
const UNSEEN_MS = 2 * SILENCE_MS;

/** The content of an address's cell. */
const CLAIM = z.object({
  address: z.string(),
  /** The hub that runs the device, and the epoch in which it started to. */
  hub: z.string(),
  epoch: z.int().positive(),
  isReleased: z.boolean(),
});

type Claim = Readonly<z.infer<typeof CLAIM>>;

export interface DeviceClaimsOptions {
  readonly engine: Engine;
  readonly hubs: Hubs;
  readonly scheduler: SchedulerLike;
}

/** Decides which hub of a cluster runs the device of an address: one at a time. Other hubs with a device of that address wait until it is gone. */
export class DeviceClaims {
  readonly #options: DeviceClaimsOptions;
  readonly #ours = new Set<string>();
  readonly #closed$ = new Subject<void>();

  constructor(options: DeviceClaimsOptions) {
    this.#options = options;
  }

  /**
   * Resolves to true once this hub may run the device of an address, until `close`; to false if it is closed first. Meanwhile `onOther` is called
   * with the hub that runs it. Rejects with `option/invalid` if the address is too long, and with `store/damaged`.
   */
  untilOurs(address: string, onOther: (hub: string) => void): Promise<boolean> {
    const ours$ = this.#attempts$(address).pipe(
      distinctUntilChanged((one, other) => one?.hub === other?.hub),
      tap((other) => other && onOther(other.hub)),
      filter((other) => other === undefined),
      map(() => true),
      takeUntil(this.#closed$),
    );
    return firstValueFrom(ours$, { defaultValue: false });
  }

  /** Releases the devices to other hubs. None of them may still run here. If the cluster does not answer, the others wait until this hub falls silent. */
  async close(): Promise<void> {
    this.#closed$.next();
    const released = Promise.all([...this.#ours].map((address) => this.#release(address)));
    const late = firstValueFrom(timer(RELEASE_MS, this.#options.scheduler));
    await Promise.race([released, late]);
  }

  /** Emits the other hub that runs the device whenever it changes, and `undefined` once this hub runs it. `over` is a claim that is no longer valid. */
  #attempts$(address: string, over?: Claim): Observable<Claim | undefined> {
    return defer(() => this.#attempt(address, over)).pipe(
      retry({ delay: (error) => this.#again$(error) }),
      switchMap((other) => (other ? merge(of(other), this.#afterwards$(address, other)) : of(undefined))),
    );
  }

  #afterwards$(address: string, other: Claim): Observable<Claim | undefined> {
    return this.#over$(other).pipe(switchMap(() => this.#attempts$(address, other)));
  }

  #again$(error: unknown): Observable<unknown> {
    if (error instanceof UnansweredError) return timer(AGAIN_MS, this.#options.scheduler);
    return throwError(() => error);
  }

  /** Claims an address. If another hub has the address, resolves to that hub's claim. */
  async #attempt(address: string, over: Claim | undefined): Promise<Claim | undefined> {
    const { engine, hubs } = this.#options;
    const { hub, epoch } = hubs.self;
    const key = keyOf(address);
    for (;;) {
      const cell = await engine.cell(key);
      const claim = cell && parse(cell.text);
      if (claim && !claim.isReleased && claim.hub !== hub && !isSame(claim, over)) return claim;
      const ours = JSON.stringify({ address, hub, epoch, isReleased: false } satisfies Claim);
      if (await engine.setCell(key, ours, cell?.revision ?? 0)) break;
    }
    this.#ours.add(address);
    return undefined;
  }

  /** Emits when the hub of a claim no longer serves, or has restarted and does not run the device. */
  #over$({ hub, epoch }: Claim): Observable<unknown> {
    const { hubs, scheduler } = this.#options;
    return hubs.live$.pipe(
      map((live) => live.find((one) => one.hub === hub)?.epoch),
      distinctUntilChanged(),
      scan((before, now) => ({ now, wasSeen: before.wasSeen || now !== undefined }), UNSEEN),
      switchMap(({ now, wasSeen }) => {
        if (now === epoch) return NEVER;
        if (now !== undefined) return timer(RESTART_MS, scheduler);
        return timer(wasSeen ? 0 : UNSEEN_MS, scheduler);
      }),
      take(1),
    );
  }

  async #release(address: string): Promise<void> {
    const { engine, hubs } = this.#options;
    try {
      const cell = await engine.cell(keyOf(address));
      const claim = cell && parse(cell.text);
      if (!cell || claim?.hub !== hubs.self.hub || claim.epoch !== hubs.self.epoch) return;
      await engine.setCell(keyOf(address), JSON.stringify({ ...claim, isReleased: true }), cell.revision);
    } catch (error) {
      // If the release fails, the other hubs wait until this hub is silent.
      if (!(error instanceof UnansweredError)) throw error;
    }
  }
}

const UNSEEN: { readonly now: number | undefined; readonly wasSeen: boolean } = {
  now: undefined,
  wasSeen: false,
};

function isSame(one: Claim, other: Claim | undefined): boolean {
  return one.hub === other?.hub && one.epoch === other.epoch;
}

function parse(text: string): Claim {
  const claim = CLAIM.safeParse(parseJson(text));
  if (claim.success) return claim.data;
  throw new HubError('store/damaged', `the cluster holds ${quote(text)} instead of who runs a device`);
}

/** Keys are part of a NATS subject, whose length is limited. */
const MAX_KEY = 200;

/** The key of an address's cell: letters and digits unchanged, everything else as `-` and two hexadecimal digits per byte. */
function keyOf(address: string): string {
  const bytes = [...new TextEncoder().encode(address)];
  const letters = bytes.map((byte) => {
    const letter = String.fromCharCode(byte);
    return /[A-Za-z0-9]/.test(letter) ? letter : `-${byte.toString(16).padStart(2, '0')}`;
  });
  const key = `device-${letters.join('')}`;
  if (key.length <= MAX_KEY) return key;
  throw new HubError('option/invalid', `the device ${quote(address)} has too long a name for a cluster`);
}
