import { combineLatest, distinctUntilChanged, map, type Observable } from 'rxjs';
import { shareLatest } from '../../../../shared/share-latest.ts';
import { HEADER_PINS } from '../../../header/header-pins.ts';
import { type Bench, pinStateOf } from '../../../model/bench.ts';
import { isSamePin, type PinState } from '../../../model/pin-state.ts';
import { type Analysis, createAnalyzer, type PinStates } from '../../analysis.ts';
import type { EditorState } from './state.ts';

/** The analysis of the circuit on a board, at once and whenever the circuit, a pin or a control changes. */
export function watchAnalysis(
  state$: Observable<EditorState>,
  bench$: Observable<Bench>,
): Observable<Analysis> {
  const analyze = createAnalyzer();
  const work$ = state$.pipe(
    distinctUntilChanged(isSameWork),
    map(({ history, hands }) => ({ circuit: history.present, hands })),
  );
  const pins$ = bench$.pipe(map(pinsOf), distinctUntilChanged(isSamePins));
  return combineLatest([work$, pins$]).pipe(
    map(([{ circuit, hands }, pins]) => analyze(circuit, pins, hands)),
    shareLatest(),
  );
}

function isSameWork(one: EditorState, other: EditorState): boolean {
  return one.history.present === other.history.present && one.hands === other.hands;
}

function pinsOf(bench: Bench): PinStates {
  const states = HEADER_PINS.flatMap(({ gpio }): [number, PinState][] => {
    const state = gpio === undefined ? undefined : pinStateOf(bench, gpio);
    return gpio === undefined || !state ? [] : [[gpio, state]];
  });
  return new Map(states);
}

function isSamePins(one: PinStates, other: PinStates): boolean {
  return one.size === other.size && [...one].every(([gpio, state]) => isSame(state, other.get(gpio)));
}

function isSame(one: PinState, other: PinState | undefined): boolean {
  return other !== undefined && isSamePin(one, other);
}
