import { filter, map, type Observable, pairwise, Subject, Subscription } from 'rxjs';
import type { InputOptions, Pins, PinsHealth } from '../../devices/pins/pins.ts';
import { Turns } from '../../devices/pins/turns.ts';
import { type HubError, toHubError } from '../../hub/core/error.ts';
import { type Board, MAX_PULSE_US } from '../board/board.ts';
import { imitate } from './imitate.ts';
import { isSteady, type Light } from './light.ts';
import { RealInput } from './real-input.ts';
import { claimOutput, type OutputNeed, type RealOutput } from './real-output.ts';

/** Who claims the driver's pins, for messages and for the kernel's list of consumers. */
const OWNER = 'pinhub';

const DARK: Light = { dutyPercent: 0, frequencyHz: 0 };

/** What the driver's pin should be. */
type Role =
  | { readonly use: 'output'; readonly light: Light }
  | { readonly use: 'input'; readonly options: Required<InputOptions> }
  | { readonly use: 'none' };

export interface MirroredPinOptions {
  readonly gpio: number;
  readonly board: Board;
  readonly pins: Pins;
  /** Whether that pin can be reached. */
  readonly health$: Observable<PinsHealth>;
  /** Hears why the driver's pin does not do what the board's does; the same reason once until a claim succeeds. */
  readonly onFault: (error: HubError) => void;
}

/**
 * One GPIO of the board and the driver's pin behind it. The board decides, and the driver's pin follows; what another program makes of that
 * pin, the board shows. Everything that is done to the pin is done in turn, so that no two writes are ever under way.
 */
export class MirroredPin {
  readonly #gpio: number;
  readonly #board: Board;
  readonly #pins: Pins;
  readonly #onFault: (error: HubError) => void;
  #real: RealOutput | RealInput | undefined;
  /** Those who have read it since its mode was set. */
  readonly #readers = new Set<object>();
  /** How many devices of the hub listen to it. */
  #listeners = 0;
  #steadyUs = 0;
  readonly #followed = new Subject<void>();
  readonly #turns = new Turns();
  /** The turn that waits, and will see the board as it is then. */
  #waiting: Promise<void> | undefined;
  #fault: string | undefined;
  #isOnline = true;
  readonly #subscription = new Subscription();
  readonly #closing = new AbortController();

  constructor({ gpio, board, pins, health$, onFault }: MirroredPinOptions) {
    this.#gpio = gpio;
    this.#board = board;
    this.#pins = pins;
    this.#onFault = onFault;
    const isOnline$ = health$.pipe(map(({ status }) => status === 'online'));
    this.#subscription.add(isOnline$.subscribe((isOnline) => (this.#isOnline = isOnline)));
    this.#subscription.add(isOnline$.pipe(pairwise(), filter(isBack)).subscribe(() => this.#catchUp()));
  }

  /** Whenever the driver's pin does what the board's does; before the promise of that resolves. */
  get followed$(): Observable<void> {
    return this.#followed;
  }

  /** The frequency that the driver gave with the last write of PWM, Hz. */
  get givenHz(): number | undefined {
    return this.#real?.use === 'output' ? this.#real.givenHz : undefined;
  }

  /**
   * Resolves when the driver's pin does what the board's did at this call, or something newer: of many changes during a write, only the last
   * is written. Rejects with the driver's error.
   */
  settle(): Promise<void> {
    this.#waiting ??= this.#inTurn(() => {
      this.#waiting = undefined;
      return this.#follow();
    });
    return this.#waiting;
  }

  /** Changes the board's pin, and resolves once the driver's has followed. Rejects with the driver's error. */
  change<T>(run: () => T | Promise<T>): Promise<T> {
    return this.#inTurn(async () => {
      const result = await run();
      await this.#follow();
      return result;
    });
  }

  /** The same for a change that needs an output. Rejects before the board is changed if the driver's pin cannot be had. */
  drive<T>(need: OutputNeed, run: (output: RealOutput) => T | Promise<T>): Promise<T> {
    return this.#inTurn(async () => {
      const output = await this.#obtainOutput(need);
      output.insist();
      const result = await run(output);
      await this.#follow();
      return result;
    });
  }

  /**
   * Reads the board's pin, once the driver's level is there if it is an input. Whoever reads keeps it claimed, until `leave` or `forgetReads`.
   * Rejects with the driver's error.
   */
  read<T>(run: () => T | Promise<T>, reader: object = this): Promise<T> {
    return this.#inTurn(async () => {
      this.#readers.add(reader);
      await this.#follow();
      return run();
    });
  }

  /** Forgets one who has read it. */
  leave(reader: object): Promise<void> {
    return this.#inTurn(async () => {
      if (this.#readers.delete(reader)) await this.#follow();
    });
  }

  /** Forgets that it was read: an input that nobody watches is then free for others. Takes effect at the next turn. */
  forgetReads(): void {
    this.#readers.clear();
  }

  /** Keeps it claimed while it is an input, with this filter, until `unlisten`. Rejects with the driver's error. */
  listen(steadyUs: number): Promise<void> {
    this.#listeners++;
    return this.setSteady(steadyUs);
  }

  unlisten(): Promise<void> {
    this.#listeners--;
    return this.settle();
  }

  /** How long a level of the input must hold to count, µs. The driver sees edges when they happen, and so it filters them. */
  setSteady(steadyUs: number): Promise<void> {
    this.#steadyUs = steadyUs;
    return this.settle();
  }

  /** Gives the driver's pin up. Its light stays. An input that has not told its level is waited for no longer. */
  close(): Promise<void> {
    this.#subscription.unsubscribe();
    this.#closing.abort();
    return this.#inTurn(async () => {
      await this.#real?.release();
      this.#real = undefined;
    });
  }

  #inTurn<T>(action: () => Promise<T>): Promise<T> {
    return this.#turns.take(() => action().catch((cause) => this.#fail(cause)));
  }

  #fail(cause: unknown): never {
    throw this.#tellOnce(toHubError(cause));
  }

  #tellOnce(fault: HubError): HubError {
    if (fault.message !== this.#fault) this.#onFault(fault);
    this.#fault = fault.message;
    return fault;
  }

  #role(): Role {
    const board = this.#board;
    const gpio = this.#gpio;
    if (board.mode(gpio) !== 'input') return { use: 'output', light: this.#light() };
    const isWanted = this.#readers.size > 0 || this.#listeners > 0 || board.monitor.isWatched(gpio);
    if (!isWanted) return { use: 'none' };
    return { use: 'input', options: { pull: board.pull(gpio), steadyUs: this.#steadyUs } };
  }

  #light(): Light {
    const board = this.#board;
    // The last pulse of a servo that was stopped is not drawn out to a level.
    const waitUs = board.pulse(this.#gpio) === 0 ? MAX_PULSE_US : 0;
    return board.waveform(this.#gpio, board.clock.nowUs() + waitUs);
  }

  async #follow(): Promise<void> {
    await this.#play(this.#role());
    this.#followed.next();
  }

  async #play(role: Role): Promise<void> {
    if (role.use === 'none') return this.#letGo();
    if (role.use === 'input') return this.#becomeInput(role.options);
    const { light } = role;
    await (await this.#obtainOutput(isSteady(light.dutyPercent) ? 'level' : 'pwm')).give(light);
  }

  async #obtainOutput(need: OutputNeed): Promise<RealOutput> {
    const held = this.#real;
    if (held?.use !== 'output') return this.#becomeOutput(need);
    if (need === 'pwm' && held.whyNoPwm) throw held.whyNoPwm;
    return held;
  }

  async #becomeOutput(need: OutputNeed): Promise<RealOutput> {
    await this.#letGo();
    const listener = {
      onOverride: () => this.#showOverride(),
      onDeaf: (cause: unknown) => this.#tellOnce(toHubError(cause)),
    };
    const output = await claimOutput(this.#pins, { gpio: this.#gpio, owner: OWNER, need, listener });
    this.#take(output);
    if (!this.#board.isUsed(this.#gpio)) this.#showInitial(await output.initial());
    return output;
  }

  /** A light from before the hub's start goes on, and the board shows it. */
  #showInitial(light: Light): void {
    if (light.dutyPercent > 0) imitate(this.#board, this.#gpio, light);
  }

  /** What failed while the pin was out of reach is done; what another program has made of it since is shown. */
  #catchUp(): void {
    this.settle().catch(() => undefined); // `onFault` has heard of it.
    this.#showOverride();
  }

  /** The other program has the last word, unless the board has changed meanwhile. A driver that comes back has yet to restore its pins. */
  #showOverride(): void {
    const showing = this.#inTurn(async () => {
      const held = this.#real;
      if (held?.use !== 'output' || !held.override || !this.#isOnline) return;
      if (this.#role().use !== 'output' || !held.gives(this.#light())) return;
      imitate(this.#board, this.#gpio, held.override);
      held.accept(this.#light());
    });
    showing.catch(() => undefined); // `onFault` has heard of it.
  }

  /** With other options the pin is claimed again. The board keeps the last level meanwhile: it is no edge. */
  async #becomeInput(options: Required<InputOptions>): Promise<void> {
    const held = this.#real;
    if (held?.use === 'input' && held.has(options)) return;
    if (held?.use === 'output') await this.#letGo();
    try {
      await this.#release();
      const onLevel = (level: 0 | 1) => this.#board.wire(this.#gpio, level);
      const onLost = (cause: unknown) => this.#loseInput(cause);
      const { signal } = this.#closing;
      const claim = { gpio: this.#gpio, owner: OWNER, options, onLevel, onLost, signal };
      this.#take(await RealInput.claim(this.#pins, claim));
    } catch (error) {
      // Only then is it news: a change of the board leads here again.
      if (held?.use === 'input') this.#board.wire(this.#gpio, undefined);
      throw error;
    }
  }

  /** An input that hears nothing more is given up: it is claimed again when it is next read. */
  #loseInput(cause: unknown): void {
    const losing = this.#inTurn(async () => {
      if (this.#real?.use === 'input') await this.#letGo();
      throw cause;
    });
    losing.catch(() => undefined); // `onFault` has heard of it.
  }

  /** A pin that is no output any more gives no light, and one that is no input hears nothing. */
  async #letGo(): Promise<void> {
    const held = this.#real;
    if (!held) return;
    try {
      if (held.use === 'output') await held.give(DARK);
      else this.#board.wire(this.#gpio, undefined);
    } finally {
      await this.#release();
    }
  }

  async #release(): Promise<void> {
    const held = this.#real;
    this.#real = undefined;
    await held?.release();
  }

  #take(real: RealOutput | RealInput): void {
    this.#real = real;
    this.#fault = undefined;
  }
}

function isBack([wasOnline, isOnline]: readonly [boolean, boolean]): boolean {
  return !wasOnline && isOnline;
}
