import { filter, map, type Observable, pairwise, Subject, Subscription } from 'rxjs';
import { ActionQueue } from '../../devices/pins/action-queue.ts';
import type { InputOptions, Pins, PinsHealth } from '../../devices/pins/pins.ts';
import { type HubError, toHubError } from '../../hub/core/error.ts';
import { type Board, MAX_PULSE_US } from '../board/board.ts';
import { imitate } from './imitate.ts';
import { isSteady, type Light } from './light.ts';
import { RealInput } from './real-input.ts';
import { claimOutput, type OutputNeed, type RealOutput } from './real-output.ts';

/** The consumer name under which pins are claimed, for messages and for the kernel's list of consumers. */
const OWNER = 'pinhub';

const DARK: Light = { dutyPercent: 0, frequencyHz: 0 };

/** The use that the driver's pin should have. */
type Role =
  | { readonly use: 'output'; readonly light: Light }
  | { readonly use: 'input'; readonly options: Required<InputOptions> }
  | { readonly use: 'none' };

export interface MirroredPinOptions {
  readonly gpio: number;
  readonly board: Board;
  readonly pins: Pins;
  /** Whether the driver's pin is reachable. */
  readonly health$: Observable<PinsHealth>;
  /** Called with the reason if the driver's pin does not follow the board's; the same reason only once until a claim succeeds. */
  readonly onFault: (error: HubError) => void;
}

/**
 * A GPIO of the board and the driver's pin behind it. The board decides, and the driver's pin follows; if another program changes that pin, the board
 * shows it. All actions on the pin run one at a time, so that two writes never overlap.
 */
export class MirroredPin {
  readonly #gpio: number;
  readonly #board: Board;
  readonly #pins: Pins;
  readonly #onFault: (error: HubError) => void;
  #real: RealOutput | RealInput | undefined;
  /** The readers of the pin since its mode was set. */
  readonly #readers = new Set<object>();
  /** The number of the hub's devices that listen to it. */
  #listeners = 0;
  #steadyUs = 0;
  readonly #followed = new Subject<void>();
  readonly #actions = new ActionQueue();
  /** The queued turn, which will use the board's state at the time it runs. */
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

  /** Emits whenever the driver's pin has followed the board's, before the corresponding promise resolves. */
  get followed$(): Observable<void> {
    return this.#followed;
  }

  /** The actual frequency of the last PWM write, Hz. */
  get givenHz(): number | undefined {
    return this.#real?.use === 'output' ? this.#real.givenHz : undefined;
  }

  /**
   * Resolves when the driver's pin matches the board's state at this call, or a newer one: of many changes during a write, only the last is written.
   * Rejects with the driver's error.
   */
  settle(): Promise<void> {
    this.#waiting ??= this.#inTurn(() => {
      this.#waiting = undefined;
      return this.#follow();
    });
    return this.#waiting;
  }

  /** Changes the board's pin and resolves once the driver's pin has followed. Rejects with the driver's error. */
  change<T>(run: () => T | Promise<T>): Promise<T> {
    return this.#inTurn(async () => {
      const result = await run();
      await this.#follow();
      return result;
    });
  }

  /** Works like `change`, for a change that needs an output. If the driver's pin cannot be claimed, it rejects before the board is changed. */
  drive<T>(need: OutputNeed, run: (output: RealOutput) => T | Promise<T>): Promise<T> {
    return this.#inTurn(async () => {
      const output = await this.#obtainOutput(need);
      output.requestAgain();
      const result = await run(output);
      await this.#follow();
      return result;
    });
  }

  /**
   * Reads the board's pin. If it is an input, it waits for the driver's level first. The reader keeps the pin claimed until `leave` or `forgetReads`.
   * Rejects with the driver's error.
   */
  read<T>(run: () => T | Promise<T>, reader: object = this): Promise<T> {
    return this.#inTurn(async () => {
      this.#readers.add(reader);
      await this.#follow();
      return run();
    });
  }

  /** Removes a reader. */
  leave(reader: object): Promise<void> {
    return this.#inTurn(async () => {
      if (this.#readers.delete(reader)) await this.#follow();
    });
  }

  /** Removes all readers: an input that nobody watches then becomes free for others. Takes effect at the next turn. */
  forgetReads(): void {
    this.#readers.clear();
  }

  /** Keeps the pin claimed while it is an input, with this filter, until `unlisten`. Rejects with the driver's error. */
  listen(steadyUs: number): Promise<void> {
    this.#listeners++;
    return this.setSteady(steadyUs);
  }

  unlisten(): Promise<void> {
    this.#listeners--;
    return this.settle();
  }

  /** Sets how long a level of the input must be stable to count, µs. The driver timestamps edges, so it filters them. */
  setSteady(steadyUs: number): Promise<void> {
    this.#steadyUs = steadyUs;
    return this.settle();
  }

  /** Releases the driver's pin. Its light does not change. It stops waiting for an input's first level. */
  close(): Promise<void> {
    this.#subscription.unsubscribe();
    this.#closing.abort();
    return this.#inTurn(async () => {
      await this.#real?.release();
      this.#real = undefined;
    });
  }

  #inTurn<T>(action: () => Promise<T>): Promise<T> {
    return this.#actions.take(() => action().catch((cause) => this.#fail(cause)));
  }

  #fail(cause: unknown): never {
    throw this.#reportOnce(toHubError(cause));
  }

  #reportOnce(fault: HubError): HubError {
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
    // Look past the last pulse of a stopped servo, so that it does not become a constant level.
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
      onDeaf: (cause: unknown) => this.#reportOnce(toHubError(cause)),
    };
    const output = await claimOutput(this.#pins, { gpio: this.#gpio, owner: OWNER, need, listener });
    this.#take(output);
    if (!this.#board.isUsed(this.#gpio)) this.#showInitial(await output.initial());
    return output;
  }

  /** Keeps a light from before the hub's start and shows it on the board. */
  #showInitial(light: Light): void {
    if (light.dutyPercent > 0) imitate(this.#board, this.#gpio, light);
  }

  /** Repeats what failed while the pin was unreachable, and shows what another program has done to it since. */
  #catchUp(): void {
    this.settle().catch(() => undefined); // `onFault` already got this error.
    this.#showOverride();
  }

  /**
   * The other program wins, unless the board has changed meanwhile. While the driver is offline nothing happens: it still has to restore its pins.
   */
  #showOverride(): void {
    const showing = this.#inTurn(async () => {
      const held = this.#real;
      if (held?.use !== 'output' || !held.override || !this.#isOnline) return;
      if (this.#role().use !== 'output' || !held.gives(this.#light())) return;
      imitate(this.#board, this.#gpio, held.override);
      held.accept(this.#light());
    });
    showing.catch(() => undefined); // `onFault` already got this error.
  }

  /** Claims the pin again if its options have changed. The board keeps the last level meanwhile, so this causes no edge. */
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
      // Change the board only if the pin was an input: every change of the board calls this method again.
      if (held?.use === 'input') this.#board.wire(this.#gpio, undefined);
      throw error;
    }
  }

  /** Releases an input whose levels no longer arrive: the next read claims it again. */
  #loseInput(cause: unknown): void {
    const losing = this.#inTurn(async () => {
      if (this.#real?.use === 'input') await this.#letGo();
      throw cause;
    });
    losing.catch(() => undefined); // `onFault` already got this error.
  }

  /** Releases the driver's pin: a former output goes dark, and a former input no longer drives the board. */
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
