import type { Level, Pins } from '../../../devices/pins/pins.ts';

/** Pins whose operations take as long as a test wants. */
export interface SlowPins extends Pins {
  /** The calls to the pins, in order: `pwm 21`, `21 setDuty 30`, `21 release`. */
  readonly asked: string[];
  /** The most operations that were ever in progress on one pin. */
  readonly mostAtOnce: number;
  /** How many pins are claimed now. */
  readonly claims: number;
}

/** Each operation happens when `begin` has resolved, and ends when it has resolved once more. */
export function createSlowPins(pins: Pins, begin: () => Promise<unknown>): SlowPins {
  const underWay = new Map<number, number>();
  const asked: string[] = [];
  let mostAtOnce = 0;
  let claims = 0;

  const slowly = async <T>(gpio: number, what: string, operate: () => Promise<T>): Promise<T> => {
    const count = (underWay.get(gpio) ?? 0) + 1;
    underWay.set(gpio, count);
    mostAtOnce = Math.max(mostAtOnce, count);
    asked.push(what);
    try {
      await begin();
      const result = await operate();
      await begin();
      return result;
    } finally {
      underWay.set(gpio, (underWay.get(gpio) ?? 0) - 1);
    }
  };

  const claim = async <P extends { release(): Promise<void> }>(
    use: string,
    gpio: number,
    operate: () => Promise<P>,
  ): Promise<[pin: P, release: () => Promise<void>]> => {
    const pin = await slowly(gpio, `${use} ${gpio}`, operate);
    claims++;
    const release = async () => {
      claims--;
      await slowly(gpio, `${gpio} release`, () => pin.release());
    };
    return [pin, release];
  };

  return {
    driver: pins.driver,
    health$: pins.health$,
    ...(pins.healthOf && { healthOf: pins.healthOf.bind(pins) }),
    asked,
    get mostAtOnce() {
      return mostAtOnce;
    },
    get claims() {
      return claims;
    },
    async pwm(gpio, owner) {
      const [pin, release] = await claim('pwm', gpio, () => pins.pwm(gpio, owner));
      const { frequenciesHz, state$ } = pin;
      return {
        gpio,
        frequenciesHz,
        state$,
        setDuty: (percent) => slowly(gpio, `${gpio} setDuty ${percent}`, () => pin.setDuty(percent)),
        setFrequency: (hz) => slowly(gpio, `${gpio} setFrequency ${hz}`, () => pin.setFrequency(hz)),
        release,
      };
    },
    async output(gpio, owner) {
      const [pin, release] = await claim('output', gpio, () => pins.output(gpio, owner));
      const write = (level: Level) => slowly(gpio, `${gpio} write ${level}`, () => pin.write(level));
      return { gpio, level$: pin.level$, write, release };
    },
    async input(gpio, owner, { pull = 'none', steadyUs = 0 } = {}) {
      const operate = () => pins.input(gpio, owner, { pull, steadyUs });
      const [pin, release] = await claim(`input ${pull} ${steadyUs}`, gpio, operate);
      return { gpio, edges$: pin.edges$, release };
    },
    close: () => pins.close(),
  };
}
