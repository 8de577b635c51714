import { html, nothing, type TemplateResult } from 'lit/html.js';
import {
  asyncScheduler,
  distinctUntilChanged,
  EMPTY,
  fromEvent,
  map,
  merge,
  Observable,
  type Subscription,
  switchMap,
} from 'rxjs';
import type { HubError } from '../../../hub/core/index.ts';
import { bind, mount } from '../../shared/mount.ts';
import { watch } from '../../shared/watch.ts';
import { meaningOf } from '../../shared/words.ts';
import { extentOf, knownSince, toBand } from '../model/band.ts';
import { type LookBack, type Shown, STRETCH_POINTS } from '../model/look-back.ts';
import type { Measure } from '../model/measure.ts';
import { REACHES, type Reach } from '../model/reach.ts';
import type { Words } from '../words.ts';
import { drawBand } from './band-chart.ts';
import { drawLive } from './live-chart.ts';

/**
 * What was wanted and what was, over as much time as one chooses. `topic` tells this chart from all others on the page; `name` says what
 * it is about. Default: a duty cycle.
 */
export function chart(words: Words, topic: string, lookBack: LookBack, name?: string): TemplateResult {
  const { shown$ } = lookBack;
  const reach$ = shown$.pipe(
    map(({ reach }) => reach),
    distinctUntilChanged(),
  );
  return html`
    <div class="chart">
      ${reachChoice(words, topic, lookBack, reach$)}
      <div>
        <canvas role="img"
          ${bind(HTMLCanvasElement, shown$, (canvas, shown) => showSummary(canvas, words, { name, measure: lookBack.measure, shown }))}
          ${mount(HTMLCanvasElement, (canvas) => showChart(canvas, words, lookBack, reach$))}></canvas>
      </div>
      <p class="note" role="status">${watch(shown$.pipe(map((shown) => noteOf(words, shown))))}</p>
      <footer>
        ${watch(shown$.pipe(map((shown) => exportLink(words, topic, lookBack, shown))))}
        ${watch(reach$.pipe(map((reach) => legend(words, lookBack.measure, reach))))}
      </footer>
    </div>
  `;
}

/** How far back the chart reaches: a few choices in a row. */
function reachChoice(
  { say }: Words,
  topic: string,
  { choose }: LookBack,
  reach$: Observable<Reach>,
): TemplateResult {
  const option = (reach: Reach) => html`
    <label>
      <input type="radio" name=${`${topic}/reach`} aria-label=${say.reachNames[reach.name]}
        ${bind(HTMLInputElement, reach$, (radio, chosen) => {
          radio.checked = chosen === reach;
        })}
        ${mount(HTMLInputElement, (radio) => fromEvent(radio, 'change').subscribe(() => choose(reach)))}>
      <span>${say.reaches[reach.name]}</span>
    </label>
  `;
  return html`<div class="choices reaches" role="radiogroup" aria-label=${say.reach}>${REACHES.map(option)}</div>`;
}

/** Has a chart on a canvas while it can be seen: out of sight there is nothing to draw, nor to fit to a new size, nor to ask for. */
function showChart(
  canvas: HTMLCanvasElement,
  words: Words,
  lookBack: LookBack,
  reach$: Observable<Reach>,
): Subscription {
  const now = () => asyncScheduler.now();
  const drawing$ = reach$.pipe(
    switchMap(({ isLive, spanMs }) =>
      isLive ? drawLive(canvas, words, { ...lookBack, spanMs, now }) : drawBand(canvas, words, lookBack, now),
    ),
  );
  const seen$ = isOnScreen$(canvas).pipe(distinctUntilChanged());
  return seen$.pipe(switchMap((isSeen) => (isSeen ? merge(drawing$, lookBack.reading$) : EMPTY))).subscribe();
}

interface Summary {
  readonly name: string | undefined;
  readonly measure: Measure;
  readonly shown: Shown;
}

/** What a chart shows, for those who cannot see it. */
function showSummary(
  canvas: HTMLCanvasElement,
  words: Words,
  { name, measure, shown: { reach, stretch } }: Summary,
): void {
  const { say } = words;
  const written = (value: number) => words.measure(value, measure.unit, measure.digits);
  const time = say.lastTime[reach.name];
  const extent = stretch && extentOf(toBand(stretch, STRETCH_POINTS));
  canvas.toggleAttribute('data-past', !reach.isLive);
  const about = textsOf(words, name);
  if (reach.isLive) canvas.ariaLabel = about.live(time);
  else if (!extent) canvas.ariaLabel = about.empty(time);
  else canvas.ariaLabel = about.past(time, written(extent.min), written(extent.max), written(extent.last));
}

function textsOf({ say }: Words, name: string | undefined) {
  if (name === undefined) return { live: say.chartLive, past: say.chartPast, empty: say.chartEmpty };
  return {
    live: (time: string) => say.valueLive(time, name),
    past: (time: string, min: string, max: string, last: string) => say.valuePast(time, name, min, max, last),
    empty: (time: string) => say.valueEmpty(time, name),
  };
}

function noteOf(words: Words, { stretch, error }: Shown): string | typeof nothing {
  if (error) return troubleOf(words, error);
  if (!stretch) return nothing;
  if (stretch.rows.length === 0) return words.say.noPast;
  const sinceMs = knownSince(stretch, STRETCH_POINTS);
  return sinceMs === undefined ? nothing : words.say.pastSince(words.moment(sinceMs));
}

/** Why the past is missing. */
function troubleOf(words: Words, { code, message }: HubError): string {
  if (code === 'topic/unknown') return words.say.noHistory;
  return words.say.historyFailed(meaningOf(words, code) ?? message);
}

/** What cannot be read here cannot be downloaded either. */
function exportLink(
  { say }: Words,
  topic: string,
  { csvAddress }: LookBack,
  { reach, error }: Shown,
): TemplateResult | typeof nothing {
  if (error) return nothing;
  const name = `${topic.replaceAll('/', '-')}-${reach.name}.csv`;
  return html`<a class="export" href=${csvAddress(reach)} download=${name} title=${say.exportHint}>${say.exportCsv}</a>`;
}

function legend({ say }: Words, { isSettable }: Measure, { isLive }: Reach): TemplateResult {
  const wish = isSettable ? html`<span class="wish">${say.wanted}</span>` : nothing;
  return isLive
    ? html`<p aria-hidden="true"><span class="is">${say.actual}</span>${wish}</p>`
    : html`<p aria-hidden="true"><span class="is">${say.actual}</span><span class="band">${say.band}</span></p>`;
}

function isOnScreen$(element: Element): Observable<boolean> {
  return new Observable((observer) => {
    const watcher = new IntersectionObserver((entries) =>
      observer.next(entries.at(-1)?.isIntersecting ?? false),
    );
    watcher.observe(element);
    return () => watcher.disconnect();
  });
}
