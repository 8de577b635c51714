import { asyncScheduler, map, NEVER, type Observable } from 'rxjs';
import type { Bus } from '../../../hub/core/index.ts';
import { askAgain } from '../../shared/ask-again.ts';
import { type Change, type ConfirmOptions, keepConfirmed } from '../../shared/confirm.ts';
import { isSamePin, type PinState, readPinState } from './pin-state.ts';

type Pins = ReadonlyMap<number, PinState>;

/**
 * The states of a board's pins, by BCM number, at once and at every change. `prefix` is the board's (`''`, or `lab/`).
 */
export function watchPins(bus: Bus, prefix: string, options: Partial<ConfirmOptions> = {}): Observable<Pins> {
  const { hubBack$ = NEVER, scheduler = asyncScheduler } = options;
  const changes$ = bus.messages(`${prefix}board/gpio/+`).pipe(
    askAgain(hubBack$, () => undefined),
    map(({ topic, text }) => changeOf(topic.slice(topic.lastIndexOf('/') + 1), text)),
  );
  return keepConfirmed(changes$, { ...options, scheduler }).pipe(map(byGpio));
}

function changeOf(gpio: string, text: string | undefined): Change<PinState> {
  const state = /^\d+$/.test(gpio) ? readPinState(text) : undefined;
  return { key: gpio, next: (before) => (before && state && isSamePin(before, state) ? before : state) };
}

function byGpio(states: ReadonlyMap<string, PinState>): Pins {
  return new Map([...states].map(([gpio, state]) => [Number(gpio), state]));
}
