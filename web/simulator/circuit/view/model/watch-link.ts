import {
  combineLatest,
  distinctUntilChanged,
  from,
  map,
  type Observable,
  of,
  startWith,
  switchMap,
} from 'rxjs';
import { addressForOthers, askOffer } from '../../../../shared/share/share.ts';
import type { Circuit } from '../../circuit.ts';
import { FRAGMENT, writeShareCode } from '../../share-code.ts';
import type { EditorState } from './state.ts';

/** The link to the current circuit, while the share panel is open; empty until it is ready. */
export function watchLink(state$: Observable<EditorState>, location: Location): Observable<string> {
  return state$.pipe(
    map(({ panel, history }) => (panel === 'share' ? history.present : undefined)),
    distinctUntilChanged(),
    switchMap((circuit) => (circuit ? linkTo(circuit, location) : of(''))),
  );
}

function linkTo(circuit: Circuit, location: Location): Observable<string> {
  const addresses$ = from(askOffer()).pipe(map((offer) => offer?.addresses ?? []));
  return combineLatest([addresses$, from(writeShareCode(circuit))]).pipe(
    map(([addresses, code]) => {
      const hub = addressForOthers(location, addresses);
      const page = hub === undefined ? location.origin + location.pathname : `${hub}simulator`;
      return `${page}?circuit#${FRAGMENT}${code}`;
    }),
    startWith(''),
  );
}
