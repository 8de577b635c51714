import { BehaviorSubject, distinctUntilChanged } from 'rxjs';
import { inUse } from '../line-info.ts';
import type { Level, PwmState } from '../pins.ts';
import { assertDuty, assertFrequency, DEFAULT_HZ, isSameState, UNDRIVEN } from '../pwm-state.ts';
import { Turns } from '../turns.ts';
import type { Request } from './protocol.ts';
import type { RgpiodSession } from './session.ts';
import { clampFrequency, stateOf, timingOf } from './timing.ts';

/** The session that there is now. Throws `driver/unavailable` with the reason if there is none. */
export type PresentSession = () => RgpiodSession;

/** What rgpiod has been made to do in one session. */
interface Hold {
  readonly session: RgpiodSession;
  /** Whether one of its threads makes pulses. */
  isPulsing: boolean;
}

/** Line flags of an output: none. The level is driven both ways. */
const PUSH_PULL = 0;

/**
 * One line of the chip that rgpiod drives for us, from the first owner until the driver is closed: rgpiod ends PWM with the claim of a line, so
 * that a light can stay only as long as the line is held. No other program can have it meanwhile.
 */
export class OutputLine {
  readonly gpio: number;
  readonly #present: PresentSession;
  readonly #state = new BehaviorSubject<PwmState>(UNDRIVEN);
  readonly state$ = this.#state.pipe(distinctUntilChanged(isSameState));
  /** The duty that was asked for, as some frequencies have coarser steps. */
  #askedPercent = 0;
  /** What the line was last told to do; nothing before the first write. */
  #wanted: PwmState | undefined;
  #hold: Hold | undefined;
  /** Two changes must not mix. */
  readonly #turns = new Turns();

  constructor(gpio: number, present: PresentSession) {
    this.gpio = gpio;
    this.#present = present;
  }

  /** Prepares a line for its first owner. Rejects with `pin/in-use`. */
  prepare(): Promise<void> {
    return this.#turns.take(async () => {
      const session = this.#present();
      if (this.#hold?.session === session) return;
      const info = await session.lineInfo(this.gpio);
      if (info.isUsed) throw inUse(this.gpio, info);
      // It keeps the level that another program left, which rgpiod cannot read. So that what is shown is true, it is driven low.
      if (info.isOutput) await this.#drive(session, UNDRIVEN);
    });
  }

  setDuty(dutyPercent: number): Promise<PwmState> {
    return this.#turns.take(async () => {
      assertDuty(dutyPercent);
      this.#askedPercent = dutyPercent;
      return this.#want(stateOf(dutyPercent, this.#frequencyHz() || DEFAULT_HZ));
    });
  }

  setFrequency(frequencyHz: number): Promise<PwmState> {
    return this.#turns.take(async () => {
      assertFrequency(frequencyHz);
      return this.#want(stateOf(this.#askedPercent, clampFrequency(frequencyHz)));
    });
  }

  write(level: Level): Promise<PwmState> {
    return this.#turns.take(async () => {
      this.#askedPercent = 100 * level;
      return this.#want({ dutyPercent: 100 * level, frequencyHz: 0, steps: 1 });
    });
  }

  /** Claims the line in a new session, if it was ever driven. Rejects with `pin/in-use`. */
  claimAgain(session: RgpiodSession): Promise<void> {
    return this.#turns.take(async () => {
      if (this.#wanted) await this.#claim(session, this.#wanted);
    });
  }

  /** Makes a new session do what the line was last told. */
  driveAgain(session: RgpiodSession): Promise<void> {
    return this.#turns.take(async () => {
      if (this.#wanted) await this.#drive(session, this.#wanted);
    });
  }

  /** Ends pulses low, as they would end at any level with the session. A steady level stays. */
  settle(session: RgpiodSession): Promise<void> {
    return this.#turns.take(async () => {
      if (this.#hold?.session === session && this.#hold.isPulsing) await this.#drive(session, UNDRIVEN);
    });
  }

  #frequencyHz(): number {
    return (this.#wanted ?? this.#state.value).frequencyHz;
  }

  /** While rgpiod is away, a change is refused with the reason. The line remembers it all the same, and makes it once rgpiod is back. */
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
    await session.must(this.gpio, ...requests);
    hold.isPulsing = isPulsed(wanted);
    this.#state.next(wanted);
  }

  /** PWM on a line that was not claimed makes it an open drain, which is never high. */
  async #claim(session: RgpiodSession, wanted: PwmState): Promise<Hold> {
    if (this.#hold?.session === session) return this.#hold;
    await session.must(this.gpio, ['GSOX', session.chip, PUSH_PULL, this.gpio, steadyLevelOf(wanted)]);
    this.#hold = { session, isPulsing: false };
    return this.#hold;
  }

  #pulses({ chip }: RgpiodSession, wanted: PwmState): Request {
    const { milliHz, milliPercent } = timingOf(wanted);
    return ['PX', chip, this.gpio, milliHz, milliPercent, 0, 0];
  }

  /** The end of PWM leaves the line at any level, so that this one follows. */
  #steady({ chip }: RgpiodSession, wanted: PwmState): Request {
    return ['GW', chip, this.gpio, steadyLevelOf(wanted)];
  }
}

/**
 * Light of 100 % has a thread too: to end its pulses first could make a dark moment. Darkness has none, as most lights are off for most of the
 * time.
 */
function isPulsed({ dutyPercent, frequencyHz }: PwmState): boolean {
  return frequencyHz > 0 && dutyPercent > 0;
}

function steadyLevelOf({ dutyPercent }: PwmState): Level {
  return dutyPercent === 100 ? 1 : 0;
}
