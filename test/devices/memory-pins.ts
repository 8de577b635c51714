import { BehaviorSubject, map } from 'rxjs';
import type {
  InputPin,
  Level,
  OutputPin,
  Pins,
  PinsHealth,
  PwmPin,
  PwmState,
} from '../../devices/pins/pins.ts';
import { HubError } from '../../hub/core/error.ts';

/** A write that reached a pin. */
export interface Write {
  readonly gpio: number;
  readonly dutyPercent?: number;
  readonly frequencyHz?: number;
}

/** A wire connected to a pin. */
export interface Drive {
  readonly gpio: number;
  readonly level: Level | undefined;
  readonly bounceMs: number | undefined;
}

/** Pins that exist only in memory, with control over what a real driver does by itself. */
export interface MemoryPins extends Pins {
  readonly health$: BehaviorSubject<PinsHealth>;
  /** Everything that was written, in order. */
  readonly writes: Write[];
  /** How inputs were driven from outside, in order. */
  readonly drives: Drive[];
  /** The state of the pin; another program changes it with `next`. */
  state(gpio: number): BehaviorSubject<PwmState>;
  level(gpio: number): BehaviorSubject<Level>;
}

export interface MemoryPinsOptions {
  /** Resolves when the driver may finish a write. */
  readonly whenWritten?: () => Promise<void>;
  readonly isSimulated?: boolean;
}

const STEPS = new Map([
  [50, 4000],
  [100, 2000],
  [200, 1000],
  [400, 500],
  [800, 250],
  [8000, 25],
]);

/** Pins with six of pigpio's frequencies and their real ranges. */
export function createMemoryPins(options: MemoryPinsOptions = {}): MemoryPins {
  const { whenWritten = async () => {}, isSimulated = true } = options;
  const health$ = new BehaviorSubject<PinsHealth>({ status: 'online' });
  const writes: Write[] = [];
  const drives: Drive[] = [];
  const owners = new Map<number, string>();
  const states = new Map<number, BehaviorSubject<PwmState>>();
  const levels = new Map<number, BehaviorSubject<Level>>();

  const state = (gpio: number) => obtain(states, gpio, { dutyPercent: 0, frequencyHz: 800, steps: 250 });
  const level = (gpio: number) => obtain(levels, gpio, 1 as Level);

  const claim = (gpio: number, owner: string) => {
    const present = owners.get(gpio);
    if (present !== undefined)
      throw new HubError('pin/in-use', `GPIO ${gpio} is in use by ${present}; free: 2–27`);
    owners.set(gpio, owner);
    return async () => {
      owners.delete(gpio);
    };
  };

  const write = async (gpio: number, change: Partial<PwmState>) => {
    if (health$.value.status === 'offline') throw new HubError('driver/failed', 'the pins are away');
    writes.push({ gpio, ...change });
    await whenWritten();
    state(gpio).next({ ...state(gpio).value, ...change });
    return state(gpio).value;
  };

  return {
    driver: 'memory',
    health$,
    writes,
    drives,
    state,
    level,
    async pwm(gpio, owner): Promise<PwmPin> {
      const release = claim(gpio, owner);
      return {
        gpio,
        frequenciesHz: [...STEPS.keys()],
        state$: state(gpio),
        setDuty: (dutyPercent) => write(gpio, { dutyPercent }),
        setFrequency: (frequencyHz) => write(gpio, { frequencyHz, steps: STEPS.get(frequencyHz) ?? 0 }),
        release,
      };
    },
    async output(gpio, owner): Promise<OutputPin> {
      const release = claim(gpio, owner);
      const isHigh = ({ dutyPercent }: PwmState): Level => (dutyPercent >= 50 ? 1 : 0);
      return {
        gpio,
        level$: state(gpio).pipe(map(isHigh)),
        write: async (wanted) => isHigh(await write(gpio, { dutyPercent: wanted * 100, frequencyHz: 0 })),
        release,
      };
    },
    async input(gpio, owner): Promise<InputPin> {
      const release = claim(gpio, owner);
      const edges$ = new BehaviorSubject({ level: level(gpio).value, tickUs: 0 });
      level(gpio).subscribe((present) => edges$.next({ level: present, tickUs: 0 }));
      const drive: InputPin['drive'] = (driven, { bounceMs } = {}) => {
        drives.push({ gpio, level: driven, bounceMs });
        level(gpio).next(driven ?? 1);
      };
      return { gpio, edges$, release, ...(isSimulated ? { drive } : {}) };
    },
    async close() {},
  };
}

function obtain<T>(map: Map<number, BehaviorSubject<T>>, gpio: number, initial: T): BehaviorSubject<T> {
  const known = map.get(gpio) ?? new BehaviorSubject(initial);
  map.set(gpio, known);
  return known;
}
