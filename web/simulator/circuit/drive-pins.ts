import type { Observable, Subscription } from 'rxjs';
import type { Bus } from '../../../hub/core/index.ts';
import type { HoldPublish } from '../../shared/hold-connection.ts';
import type { Analysis } from './analysis.ts';
import type { OutsideLevel } from './levels.ts';

export interface DrivePinsOptions {
  readonly bus: Pick<Bus, 'publish'>;
  /** How a level is published that holds only while a button is pressed: the hub takes it back if this page vanishes. */
  readonly hold: HoldPublish;
  /** What stands before the board's topics: `''`, or `ana/`. */
  readonly prefix: string;
  /** Hears what the hub refuses. */
  readonly onError: (error: unknown) => void;
}

/** What was published for a pin. */
interface Told {
  readonly level: OutsideLevel;
  readonly isHeld: boolean;
}

/**
 * Puts what a circuit does to the pins on the virtual board, at `board/gpio/<n>/level`, while subscribed to: each level when it changes. When
 * it ends, nothing is on the pins any more. A pin on which there is nothing from the start is left alone, as somebody else may press there.
 */
export function drivePins(
  analyses$: Observable<Pick<Analysis, 'levels' | 'levelsAtRest'>>,
  { bus, hold, prefix, onError }: DrivePinsOptions,
): Subscription {
  const told = new Map<number, Told>();
  const tell = (gpio: number, level: OutsideLevel, rest: OutsideLevel) => {
    const before = told.get(gpio) ?? NOTHING;
    if (before.level === level) return;
    const topic = `${prefix}board/gpio/${gpio}/level`;
    const isHeld = level !== rest;
    told.set(gpio, { level, isHeld });
    // What was held is let go on the connection that held it, so that the two come in order.
    const isOnHold = isHeld || before.isHeld;
    const published = isOnHold ? hold(topic, String(level), String(rest)) : bus.publish(topic, String(level));
    published.catch(onError);
  };
  const follow = ({ levels, levelsAtRest }: Pick<Analysis, 'levels' | 'levelsAtRest'>) => {
    for (const gpio of new Set([...told.keys(), ...levels.keys()])) {
      const rest = levelsAtRest.get(gpio)?.level ?? 'open';
      tell(gpio, levels.get(gpio)?.level ?? 'open', rest);
    }
  };
  const subscription = analyses$.subscribe(follow);
  subscription.add(() => follow({ levels: new Map(), levelsAtRest: new Map() }));
  return subscription;
}

const NOTHING: Told = { level: 'open', isHeld: false };
