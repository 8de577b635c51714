import {
  BehaviorSubject,
  catchError,
  defer,
  exhaustMap,
  ignoreElements,
  interval,
  merge,
  type Observable,
  type SchedulerLike,
  share,
  timer,
} from 'rxjs';
import { HubError } from '../../../hub/core/error.ts';
import { ActionQueue } from '../action-queue.ts';
import { errnoOf } from '../errno.ts';
import { Lease } from '../lease.ts';
import type { PwmPin, PwmState } from '../pins.ts';
import { assertDuty, assertFrequency, DEFAULT_HZ, isSameState } from '../pwm-state.ts';
import type { ChannelFiles } from './channel-files.ts';
import { LOOK_AGAIN_MS } from './channel-health.ts';
import type { PwmChannel } from './pwm-channels.ts';
import { type PwmTiming, periodOf, stateOf, timingOf } from './pwm-timing.ts';

export interface SysfsPwmPinOptions {
  /** How often an observed pin is read to notice changes by other programs, milliseconds. */
  readonly pollMs: number;
  readonly scheduler: SchedulerLike;
  readonly onReleased: () => void;
}

/** A pin driven by a PWM channel of the kernel. Other programs may write to the same files; their changes are noticed. */
export class SysfsPwmPin implements PwmPin {
  readonly gpio: number;
  readonly frequenciesHz: readonly number[] = [];
  readonly state$: Observable<PwmState>;
  readonly #files: ChannelFiles;
  readonly #scheduler: SchedulerLike;
  readonly #lease: Lease;
  readonly #state: BehaviorSubject<PwmState>;
  #askedHz = 0;
  /** The last requested duty, and the resulting one. */
  #asked: { readonly percent: number; readonly givenPercent: number } | undefined;
  readonly #actions = new ActionQueue();

  static async create(files: ChannelFiles, options: SysfsPwmPinOptions): Promise<SysfsPwmPin> {
    const { gpio } = files.channel;
    const timing = await files.revived(() => files.read()).catch((cause) => refuse(gpio, cause));
    return new SysfsPwmPin(files, options, timing);
  }

  private constructor(
    files: ChannelFiles,
    { pollMs, scheduler, onReleased }: SysfsPwmPinOptions,
    timing: PwmTiming,
  ) {
    this.gpio = files.channel.gpio;
    this.#files = files;
    this.#scheduler = scheduler;
    this.#lease = new Lease(this.gpio, async () => {
      await this.#actions.ended();
      onReleased();
    });
    this.#state = new BehaviorSubject(stateOf(timing, files.channel, 0));
    const polls$ = interval(pollMs, scheduler).pipe(
      exhaustMap(() => this.#poll()),
      share(),
    );
    this.state$ = merge(this.#state, polls$.pipe(ignoreElements()));
  }

  setDuty(dutyPercent: number): Promise<PwmState> {
    return this.#change(async () => {
      assertDuty(dutyPercent);
      const { periodNs } = await this.#read();
      return this.#write(dutyPercent, periodNs || periodOf(DEFAULT_HZ, this.#channel));
    });
  }

  setFrequency(frequencyHz: number): Promise<PwmState> {
    return this.#change(async () => {
      assertFrequency(frequencyHz);
      await this.#read();
      const percent = this.#wantedPercent();
      this.#askedHz = frequencyHz;
      return this.#write(percent, periodOf(frequencyHz, this.#channel));
    });
  }

  /** Keeps the channel exported, so that its light stays. */
  release(): Promise<void> {
    return this.#lease.end();
  }

  get #channel(): PwmChannel {
    return this.#files.channel;
  }

  /** The requested duty, because some frequencies have coarser steps; the actual one if another program has changed it. */
  #wantedPercent(): number {
    const { dutyPercent } = this.#state.value;
    return this.#asked?.givenPercent === dutyPercent ? this.#asked.percent : dutyPercent;
  }

  async #read(): Promise<PwmTiming> {
    const timing = await this.#files.read();
    this.#show(timing);
    return timing;
  }

  async #write(dutyPercent: number, periodNs: number): Promise<PwmState> {
    const timing = timingOf(dutyPercent, periodNs, this.#channel);
    await this.#files.apply(timing);
    const state = this.#show(timing);
    this.#asked = { percent: dutyPercent, givenPercent: state.dutyPercent };
    return state;
  }

  async #readState(): Promise<PwmState> {
    return this.#show(await this.#files.read());
  }

  #show(timing: PwmTiming): PwmState {
    const state = stateOf(timing, this.#channel, this.#askedHz);
    if (!isSameState(state, this.#state.value)) this.#state.next(state);
    return state;
  }

  #change(action: () => Promise<PwmState>): Promise<PwmState> {
    return this.#inTurn(() => this.#files.revived(action, () => this.#restore()));
  }

  /** Applies the old channel's state to a new channel. */
  async #restore(): Promise<void> {
    const { frequencyHz } = this.#state.value;
    if (frequencyHz > 0) await this.#write(this.#wantedPercent(), periodOf(frequencyHz, this.#channel));
  }

  /** After a failure, polling pauses for a while. The next write reports the failure. */
  #poll(): Observable<unknown> {
    const wait$ = timer(LOOK_AGAIN_MS, this.#scheduler);
    return defer(() => this.#change(() => this.#readState())).pipe(catchError(() => wait$));
  }

  /** Runs reads and writes one after the other. */
  async #inTurn<T>(action: () => Promise<T>): Promise<T> {
    this.#lease.assertHeld();
    return this.#actions.take(() => action().catch((cause) => refuse(this.gpio, cause)));
  }
}

function refuse(gpio: number, cause: unknown): never {
  if (cause instanceof HubError) throw cause;
  const reason = errnoOf(cause) ?? String(cause);
  throw new HubError('driver/failed', `the kernel refused PWM on GPIO ${gpio}: ${reason}`, { cause });
}
