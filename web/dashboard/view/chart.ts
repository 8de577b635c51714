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
import { REACHES, type Reach } from '../model/reach.ts';
import type { Words } from '../words.ts';
import { drawBand } from './band-chart.ts';
import { drawLive } from './live-chart.ts';

/** What was wanted and what was, over as much time as one chooses. `topic` tells this chart from all others on the page. */
export function chart(words: Words, topic: string, lookBack: LookBack): TemplateResult {
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
          ${bind(HTMLCanvasElement, shown$, (canvas, shown) => showSummary(canvas, words, shown))}
          ${mount(HTMLCanvasElement, (canvas) => showChart(canvas, words, lookBack, reach$))}></canvas>
      </div>
      <p class="note" role="status">${watch(shown$.pipe(map((shown) => noteOf(words, shown))))}</p>
      <footer>
        ${watch(shown$.pipe(map((shown) => exportLink(words, topic, lookBack, shown))))}
        ${watch(reach$.pipe(map((reach) => legend(words, reach))))}
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
      isLive
        ? drawLive(canvas, words, { ...lookBack, spanMs, now })
        : drawBand(canvas, words, lookBack.shown$, now),
    ),
  );
  const seen$ = isOnScreen$(canvas).pipe(distinctUntilChanged());
  return seen$.pipe(switchMap((isSeen) => (isSeen ? merge(drawing$, lookBack.reading$) : EMPTY))).subscribe();
}

/** What a chart shows, for those who cannot see it. */
function showSummary(canvas: HTMLCanvasElement, words: Words, { reach, stretch }: Shown): void {
  const { say, percent } = words;
  const time = say.lastTime[reach.name];
  const extent = stretch && extentOf(toBand(stretch, STRETCH_POINTS));
  canvas.toggleAttribute('data-past', !reach.isLive);
  if (reach.isLive) canvas.ariaLabel = say.chartLive(time);
  else if (!extent) canvas.ariaLabel = say.chartEmpty(time);
  else canvas.ariaLabel = say.chartPast(time, percent(extent.min), percent(extent.max), percent(extent.last));
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

function legend({ say }: Words, { isLive }: Reach): TemplateResult {
  return isLive
    ? html`<p aria-hidden="true"><span class="is">${say.actual}</span><span class="wish">${say.wanted}</span></p>`
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
