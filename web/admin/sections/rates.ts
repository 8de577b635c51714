import { html, svg, type TemplateResult } from 'lit/html.js';
import { BehaviorSubject, combineLatest, map, merge, skip } from 'rxjs';
import { poll } from '../model/poll.ts';
import { bytes } from '../view/moment.ts';
import { pathOf } from '../view/spark.ts';
import { faultView } from '../view/table.ts';
import type { Words } from '../words.ts';
import type { Section } from './section.ts';

const HOURS = [1, 6] as const;

/** The hub's traffic in the last hours, each rate in a small chart. */
export const rates: Section = (context) => {
  const hours$ = new BehaviorSubject<number>(1);
  const options = { ...context, again$: merge(context.again$, hours$.pipe(skip(1))) };
  const polled$ = poll(() => context.api.rates(hours$.value * 3_600), options);
  return combineLatest([polled$, hours$]).pipe(
    map(([{ value, error }, hours]) => (words) => {
      const { say } = words;
      const { columns = [], rows = [] } = value ?? {};
      return html`
        <div class="tools" role="group" aria-label=${say.span}>
          ${HOURS.map(
            (each) =>
              html`<button type="button" class="plain" aria-pressed=${each === hours} @click=${() => hours$.next(each)}>${say.lastHours(`${each}`)}</button>`,
          )}
        </div>
        ${faultView(words, { error })}
        ${value && rows.length === 0 ? html`<p class="nothing">${say.noRates}</p>` : ''}
        <div class="rates" role="group" aria-label=${say.rates}>${columns.map((column, index) =>
          chart(
            words,
            column,
            rows.map((row) => row[index + 1] ?? 0),
          ),
        )}</div>`;
    }),
  );
};

function chart(words: Words, column: string, values: readonly number[]): TemplateResult {
  const { say } = words;
  const label = say.columns[column] ?? column;
  const format = (value: number) => (column.endsWith('Bytes') ? bytes(words, value) : words.number(value));
  const most = Math.max(0, ...values);
  const last = values.at(-1) ?? 0;
  return html`<figure class="rate">
    <figcaption>${label} <b>${format(last)}</b> <small>${say.atMost(format(most))}</small></figcaption>
    <svg viewBox="0 0 300 60" preserveAspectRatio="none" role="img" aria-label="${label}: ${format(last)}, ${say.atMost(format(most))}">
      ${svg`<path class="area" d=${pathOf(values, most, 'closed')}></path><path class="line" d=${pathOf(values, most, 'open')}></path>`}
    </svg>
  </figure>`;
}
