import { html, nothing } from 'lit/html.js';
import { map } from 'rxjs';
import { holdStill } from '../model/hold-still.ts';
import { poll } from '../model/poll.ts';
import { faultView, table } from '../view/table.ts';
import type { Section } from './section.ts';

/** The limits of the hub, and how often each has refused something. */
export const limits: Section = (context) =>
  poll(() => context.api.limits(), context).pipe(
    map(({ value, error }) => (words) => {
      const { say, number } = words;
      const { limits: all = [], refused = [] } = value ?? {};
      const counted = refused.filter(({ count }) => count > 0);
      return html`
        ${faultView(words, { error })}
        <h3>${say.refusedSoFar}</h3>
        ${value && counted.length === 0 ? html`<p class="nothing">${say.nothingRefused}</p>` : nothing}
        ${
          counted.length > 0
            ? table(words, {
                caption: say.refusedSoFar,
                rows: holdStill(undefined, counted, ({ metric, of = '' }) => `${metric} ${of}`).rows,
                columns: [
                  { label: say.what, cell: ({ metric }) => say.metrics[metric] ?? metric },
                  { label: say.which, cell: ({ of }) => of ?? '–' },
                  { label: say.times, isNumber: true, cell: ({ count }) => number(count) },
                ],
              })
            : nothing
        }
        <h3>${say.limits}</h3>
        <p class="hint">${say.limitsHint}</p>
        ${table(words, {
          caption: say.limits,
          rows: holdStill(undefined, all, ({ limit }) => limit).rows,
          columns: [
            { label: say.limit, cell: ({ limit }) => html`<code>${limit}</code>` },
            { label: say.most, isNumber: true, cell: ({ value: most }) => number(most) },
            {
              label: say.inUse,
              isNumber: true,
              cell: ({ used, value: most }) =>
                used === undefined
                  ? '–'
                  : html`<meter aria-label=${say.inUse} min="0" max=${most} value=${used}></meter> ${number(used)}`,
            },
          ],
        })}`;
    }),
  );
