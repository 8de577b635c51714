import { html, nothing } from 'lit/html.js';
import { combineLatest, map, type Observable } from 'rxjs';
import type { Identity } from '../../../hub/client/identity.ts';
import type { Presence } from '../model/presence.ts';
import type { Words } from '../words.ts';

/** Tells a student without an online device that a virtual Pi exists only while its tab is open. */
export function boardAway$(
  { say }: Words,
  identity$: Observable<Identity | undefined>,
  presence$: Observable<Presence | undefined>,
): Observable<unknown> {
  return combineLatest([identity$, presence$]).pipe(
    map(([identity, presence]) => {
      if (identity?.role !== 'seat' || presence?.online !== 0) return nothing;
      const board = `simulator?device=${encodeURIComponent(identity.name)}`;
      return html`<p class="board-away">${say.boardAway} <a href=${board} target="_blank" rel="noopener">${say.openBoard}</a></p>`;
    }),
  );
}
