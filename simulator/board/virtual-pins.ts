import {
  BehaviorSubject,
  distinctUntilChanged,
  filter,
  map,
  Observable,
  ReplaySubject,
  startWith,
  takeUntil,
} from 'rxjs';
import { Ownership } from '../../devices/pins/ownership.ts';
import type {
  Edge,
  InputOptions,
  InputPin,
  Level,
  OutputPin,
  Pins,
  PinsHealth,
  PwmPin,
  PwmState,
} from '../../devices/pins/pins.ts';
import { assertDuty, assertFrequency, isSameState, levelOf } from '../../devices/pins/pwm-state.ts';
import { HubError } from '../../hub/core/error.ts';
import type { Board } from './board.ts';
import { MAX_USER_GPIO } from './gpios.ts';

/**
 * The pins of a virtual Pi, for devices in the same process. The board may have other users; their changes are visible
 * here.
 */
export function createVirtualPins(board: Board): Pins {
  const all = Array.from({ length: MAX_USER_GPIO + 1 }, (_, gpio) => gpio);
  const gpios = all.filter((gpio) => board.permits(gpio));
  const ownership = new Ownership(gpios);
  const health$ = new BehaviorSubject<PinsHealth>({ status: 'online' });
  const claims = new Set<Claim>();
  let isClosed = false;

  const claim = (gpio: number, owner: string): Claim => {
    if (isClosed) throw new HubError('driver/unavailable', 'the virtual pins are closed');
    ownership.claim(gpio, owner);
    const released$ = new ReplaySubject<void>(1);
    const release = () => {
      if (claims.delete(held)) ownership.release(gpio);
      released$.next();
    };
    const held: Claim = { gpio, released$, release, isHeld: () => claims.has(held) };
    claims.add(held);
    return held;
  };

  return {
    driver: 'virtual',
    gpios,
    health$: health$.asObservable(),
    pwm: async (gpio, owner) => createPwmPin(board, claim(gpio, owner)),
    output: async (gpio, owner) => createOutputPin(board, claim(gpio, owner)),
    input: async (gpio, owner, options = {}) => createInputPin(board, claim(gpio, owner), options),
    async close() {
      isClosed = true;
      for (const { release } of [...claims]) release();
      health$.complete();
    },
  };
}

/** An owner's claim on a pin. */
interface Claim {
  readonly gpio: number;
  readonly released$: Observable<void>;
  isHeld(): boolean;
  release(): void;
}

/** The state of the pin: at once, and at every change until it is released. */
function statesOf(board: Board, { gpio, released$ }: Claim): Observable<PwmState> {
  return board.changes$.pipe(
    filter((changed) => changed === gpio),
    startWith(gpio),
    map(() => pwmState(board, gpio)),
    distinctUntilChanged(isSameState),
    takeUntil(released$),
  );
}

function assertHeld({ gpio, isHeld }: Claim): void {
  if (!isHeld()) throw new HubError('driver/unavailable', `GPIO ${gpio} was released`);
}

function createOutputPin(board: Board, claim: Claim): OutputPin {
  const { gpio, release } = claim;
  return {
    gpio,
    level$: statesOf(board, claim).pipe(map(levelOf), distinctUntilChanged()),
    async write(level) {
      assertHeld(claim);
      board.write(gpio, level);
      return levelOf(pwmState(board, gpio));
    },
    release: async () => release(),
  };
}

function createPwmPin(board: Board, claim: Claim): PwmPin {
  const { gpio, release } = claim;
  /**
   * The last requested duty cycle, exactly, and the resulting one: steps are coarser at some frequencies than at
   * others.
   */
  let last = { wanted: 0, given: 0 };

  const give = (dutyPercent: number, frequencyHz?: number): PwmState => {
    assertHeld(claim);
    // Do not set a dutycycle: its range belongs to the scripts and may have fewer steps than the period has.
    board.setLight(gpio, dutyPercent, frequencyHz);
    const state = pwmState(board, gpio);
    last = { wanted: dutyPercent, given: state.dutyPercent };
    return state;
  };

  return {
    gpio,
    frequenciesHz: board.frequencies.hz.toReversed(),
    state$: statesOf(board, claim),
    async setDuty(dutyPercent) {
      assertDuty(dutyPercent);
      return give(dutyPercent);
    },
    async setFrequency(frequencyHz) {
      assertFrequency(frequencyHz);
      const { dutyPercent } = pwmState(board, gpio);
      // Another user may have set the duty cycle meanwhile.
      return give(dutyPercent === last.given ? last.wanted : dutyPercent, frequencyHz);
    },
    release: async () => release(),
  };
}

/** A pin that is not an output drives no light, whatever its level. */
function pwmState(board: Board, gpio: number): PwmState {
  const steps = board.realRange(gpio);
  if (board.mode(gpio) === 'input') return { dutyPercent: 0, frequencyHz: 0, steps };
  const { dutyPercent, frequencyHz } = board.waveform(gpio);
  return { dutyPercent, frequencyHz, steps };
}

function createInputPin(board: Board, claim: Claim, { pull = 'none', steadyUs = 0 }: InputOptions): InputPin {
  const { gpio, released$, release } = claim;
  board.setMode(gpio, 'input');
  board.setPull(gpio, pull);
  board.monitor.setFilters(gpio, { glitchSteadyUs: steadyUs });
  return {
    gpio,
    edges$: edgesOf(board, gpio).pipe(takeUntil(released$)),
    drive: (level, options) => board.wire(gpio, level, options),
    release: async () => release(),
  };
}

function edgesOf(board: Board, gpio: number): Observable<Edge> {
  return new Observable((observer) => {
    let level: Level | undefined;
    const take = (us: number, levels: number) => {
      const next = ((levels >>> gpio) & 1) === 1 ? 1 : 0;
      if (next === level) return;
      level = next;
      observer.next({ level, tickUs: us % 2 ** 32 });
    };
    const watch = board.monitor.watch(({ samples }) => {
      for (const sample of samples) take(sample.us, sample.levels);
    });
    observer.add(() => watch.close());
    watch.bits = 1 << gpio;
    take(board.clock.nowUs(), board.monitor.levels());
  });
}
