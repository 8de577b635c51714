import type { Observable, Subscription } from 'rxjs';
import type { Bus } from '../../../hub/core/index.ts';
import type { HoldPublish } from '../../shared/hold-connection.ts';
import type { Analysis } from './analysis.ts';
import type { OutsideLevel } from './levels.ts';

export interface DrivePinsOptions {
  readonly bus: Pick<Bus, 'publish'>;
  /** Publishes a level that is valid only while a button is pressed: the hub takes it back if this page vanishes. */
  readonly hold: HoldPublish;
  /** The prefix of the board's topics: `''`, or `ana/`. */
  readonly prefix: string;
  /** Called with the hub's refusals. */
  readonly onError: (error: unknown) => void;
}

/** The last level published for a pin. */
interface Told {
  readonly level: OutsideLevel;
  readonly isHeld: boolean;
}

/**
 * Publishes the levels that a circuit puts on the virtual board's pins, at `board/gpio/<n>/level`, while subscribed: each level when it changes. At
 * the end it publishes `open` for all of them. It does not touch a pin that is open from the start, because somebody else may press a button there.
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
    // Release a held level on the connection that holds it, so that the two messages arrive in order.
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
