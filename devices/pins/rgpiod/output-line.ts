import { BehaviorSubject, distinctUntilChanged } from 'rxjs';
import { ActionQueue } from '../action-queue.ts';
import { inUse } from '../line-info.ts';
import type { Level, PwmState } from '../pins.ts';
import { assertDuty, assertFrequency, DEFAULT_HZ, isSameState, UNDRIVEN } from '../pwm-state.ts';
import type { Request } from './protocol.ts';
import type { RgpiodSession } from './session.ts';
import { clampFrequency, stateOf, timingOf } from './timing.ts';

/** The current session. Throws `driver/unavailable` with the reason if there is none. */
export type PresentSession = () => RgpiodSession;

/** The state of the line at rgpiod in one session. */
interface Hold {
  readonly session: RgpiodSession;
  /** Whether a thread of rgpiod generates PWM on the line. */
  isPulsing: boolean;
}

/** Line flags of an output: none, which means push-pull. */
const PUSH_PULL = 0;

/**
 * One line of the chip that rgpiod drives for us, from the first owner until the driver is closed. rgpiod ends PWM when a line is freed,
 * so a light can only stay while the line is held. No other program can have the line meanwhile.
 */
export class OutputLine {
  readonly gpio: number;
  readonly #present: PresentSession;
  readonly #state = new BehaviorSubject<PwmState>(UNDRIVEN);
  readonly state$ = this.#state.pipe(distinctUntilChanged(isSameState));
  /** The requested duty, kept because some frequencies have coarser steps. */
  #askedPercent = 0;
  /** The last requested state; `undefined` before the first write. */
  #wanted: PwmState | undefined;
  #hold: Hold | undefined;
  /** Changes run one after the other. */
  readonly #actions = new ActionQueue();

  constructor(gpio: number, present: PresentSession) {
    this.gpio = gpio;
    this.#present = present;
  }

  /** Prepares a line for its first owner. Rejects with `pin/in-use`. */
  prepare(): Promise<void> {
    return this.#actions.take(async () => {
      const session = this.#present();
      if (this.#hold?.session === session) return;
      const info = await session.lineInfo(this.gpio);
      if (info.isUsed) throw inUse(this.gpio, info);
      // The line keeps the level that another program left, which rgpiod cannot read. It is driven low so that the state we show is true.
      if (info.isOutput) await this.#drive(session, UNDRIVEN);
    });
  }

  setDuty(dutyPercent: number): Promise<PwmState> {
    return this.#actions.take(async () => {
      assertDuty(dutyPercent);
      this.#askedPercent = dutyPercent;
      return this.#want(stateOf(dutyPercent, this.#frequencyHz() || DEFAULT_HZ));
    });
  }

  setFrequency(frequencyHz: number): Promise<PwmState> {
    return this.#actions.take(async () => {
      assertFrequency(frequencyHz);
      return this.#want(stateOf(this.#askedPercent, clampFrequency(frequencyHz)));
    });
  }

  write(level: Level): Promise<PwmState> {
    return this.#actions.take(async () => {
      this.#askedPercent = 100 * level;
      return this.#want({ dutyPercent: 100 * level, frequencyHz: 0, steps: 1 });
    });
  }

  /** Claims the line in a new session, if we ever drove it. Rejects with `pin/in-use`. */
  claimAgain(session: RgpiodSession): Promise<void> {
    return this.#actions.take(async () => {
      if (this.#wanted) await this.#claim(session, this.#wanted);
    });
  }

  /** Applies the last requested state in a new session. */
  driveAgain(session: RgpiodSession): Promise<void> {
    return this.#actions.take(async () => {
      if (this.#wanted) await this.#drive(session, this.#wanted);
    });
  }

  /** Stops PWM and drives the line low; otherwise the end of the session would stop PWM at any level. A steady level stays. */
  settle(session: RgpiodSession): Promise<void> {
    return this.#actions.take(async () => {
      if (this.#hold?.session === session && this.#hold.isPulsing) await this.#drive(session, UNDRIVEN);
    });
  }

  #frequencyHz(): number {
    return (this.#wanted ?? this.#state.value).frequencyHz;
  }

  /** While rgpiod is away, a change is refused with the reason. The line still remembers it, and applies it once rgpiod is back. */
  async #want(wanted: PwmState): Promise<PwmState> {
    this.#wanted = wanted;
    await this.#drive(this.#present(), wanted);
    return wanted;
  }

  async #drive(session: RgpiodSession, wanted: PwmState): Promise<void> {
    const hold = await this.#claim(session, wanted);
    const stop: Request[] = hold.isPulsing ? [['PX', session.chip, this.gpio, 0, 0, 0, 0]] : [];
    const requests = isPulsed(wanted)
      ? [this.#pulses(session, wanted)]
      : [...stop, this.#steady(session, wanted)];
    hold.isPulsing ||= isPulsed(wanted);
    await session.runAll(this.gpio, ...requests);
    hold.isPulsing = isPulsed(wanted);
    this.#state.next(wanted);
  }

  /** Claims the line first, because PWM on an unclaimed line makes it an open drain, which is never high. */
  async #claim(session: RgpiodSession, wanted: PwmState): Promise<Hold> {
    if (this.#hold?.session === session) return this.#hold;
    await session.runAll(this.gpio, ['GSOX', session.chip, PUSH_PULL, this.gpio, steadyLevelOf(wanted)]);
    this.#hold = { session, isPulsing: false };
    return this.#hold;
  }

  #pulses({ chip }: RgpiodSession, wanted: PwmState): Request {
    const { milliHz, milliPercent } = timingOf(wanted);
    return ['PX', chip, this.gpio, milliHz, milliPercent, 0, 0];
  }

  /** Stopping PWM leaves the line at any level, so this write must follow. */
  #steady({ chip }: RgpiodSession, wanted: PwmState): Request {
    return ['GW', chip, this.gpio, steadyLevelOf(wanted)];
  }
}

/**
 * A duty of 100 % also uses a thread, because stopping PWM first could cause a dark moment. A duty of 0 does not, because most lights are off
 * most of the time.
 */
function isPulsed({ dutyPercent, frequencyHz }: PwmState): boolean {
  return frequencyHz > 0 && dutyPercent > 0;
}

function steadyLevelOf({ dutyPercent }: PwmState): Level {
  return dutyPercent === 100 ? 1 : 0;
}
