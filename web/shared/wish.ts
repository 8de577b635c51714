/**
 * The state of a control for a property that several people may set: pure steps from one state to the next.
 *
 * The hub sends all values to all clients in one order, and also sends each client its own; the last one is the truth. So a
 * value of our own is pinned until it comes back: values that arrive before that were published earlier, and are out of date.
 */
export interface Wish<T> {
  /** The value on the control. */
  readonly shown: T | undefined;
  /** The hub's last value. */
  readonly remote: T | undefined;
  /** Whether a hand is on the control. */
  readonly isHeld: boolean;
  /** Whether `shown` has yet to be sent. */
  readonly isUnsent: boolean;
  /** Own values under way to the hub and back, in the order in which they were sent. */
  readonly echoes: readonly T[];
  /** How many of our own the hub has yet to take. */
  readonly inFlight: number;
}

/** The most echoes that are awaited, so that a hub that drops values costs no memory. */
const MAX_ECHOES = 64;

/** No value is known, and none was set. */
export function noWish<T>(): Wish<T> {
  return { shown: undefined, remote: undefined, isHeld: false, isUnsent: false, echoes: [], inFlight: 0 };
}

/** Whether the control keeps its own value, whatever the hub says. */
export function isPinned<T>({ isHeld, isUnsent, echoes }: Wish<T>): boolean {
  return isHeld || isUnsent || echoes.length > 0;
}

/** Handles a value from the hub: our own on its way back, or somebody else's; `undefined` if there is no value any more. */
export function hear<T>(wish: Wish<T>, value: T | undefined): Wish<T> {
  // Echoes come in order; those skipped were replaced on their way and will not come.
  const echo = value === undefined ? -1 : wish.echoes.indexOf(value);
  return follow({ ...wish, remote: value, echoes: wish.echoes.slice(echo + 1) });
}

/** A hand takes hold of the control. */
export function hold<T>(wish: Wish<T>): Wish<T> {
  return { ...wish, isHeld: true };
}

/** The hand lets go. */
export function release<T>(wish: Wish<T>): Wish<T> {
  return follow({ ...wish, isHeld: false });
}

/** The hand sets a value. */
export function want<T>(wish: Wish<T>, value: T): Wish<T> {
  return { ...wish, shown: value, isUnsent: true };
}

/** A value was sent. */
export function send<T>(wish: Wish<T>, value: T): Wish<T> {
  const echoes = [...wish.echoes, value].slice(-MAX_ECHOES);
  return { ...wish, echoes, inFlight: wish.inFlight + 1, isUnsent: wish.isUnsent && wish.shown !== value };
}

/** The hub took a value; its echo is due. */
export function taken<T>(wish: Wish<T>): Wish<T> {
  return { ...wish, inFlight: wish.inFlight - 1 };
}

/** The hub refused a value; its echo will never come. */
export function refused<T>(wish: Wish<T>, value: T): Wish<T> {
  const at = wish.echoes.indexOf(value);
  const echoes = at === -1 ? wish.echoes : wish.echoes.toSpliced(at, 1);
  return follow({ ...wish, echoes, inFlight: wish.inFlight - 1 });
}

/** The hub took all values and some time has passed: an echo that has not come was replaced on its way, so the hub's last word holds. */
export function settle<T>(wish: Wish<T>): Wish<T> {
  return wish.inFlight > 0 ? wish : follow({ ...wish, echoes: [] });
}

function follow<T>(wish: Wish<T>): Wish<T> {
  return isPinned(wish) ? wish : { ...wish, shown: wish.remote };
}
