import { html, nothing, type TemplateResult } from 'lit/html.js';
import {
  BehaviorSubject,
  distinctUntilChanged,
  EMPTY,
  fromEvent,
  map,
  merge,
  type Observable,
  Subject,
  share,
  switchMap,
  tap,
} from 'rxjs';
import type { HubError } from '../../../hub/core/index.ts';
import { loadAgain } from '../../shared/load-again.ts';
import { bind, mount } from '../../shared/mount.ts';
import { createSight } from '../../shared/sight.ts';
import { watch } from '../../shared/watch.ts';
import { meaningOf } from '../../shared/words.ts';
import { extentOf, knownSince, toBand } from '../model/band.ts';
import { isChosen, type LookBack, type Shown, STRETCH_POINTS } from '../model/look-back.ts';
import { REACHES, type Reach } from '../model/reach.ts';
import type { Words } from '../words.ts';
import { called } from './called.ts';
import { type CrosshairParts, crosshair, spokenCrosshair } from './crosshair.ts';
import { createNavigation, type Navigation, STEP, ZOOM } from './navigate.ts';
import type { PainterParts, Picture, PictureParts } from './picture.ts';
import type { ValueScale } from './scale.ts';

/** The wanted and the actual values over time. `topic` tells this chart from all others on the page. */
export function chart(
  words: Words,
  topic: string,
  lookBack: LookBack,
  scale: ValueScale = { name: words.say.duty, unit: '%', min: 0, max: 100 },
): TemplateResult {
  const { shown$, clock } = lookBack;
  const reach$ = shown$.pipe(
    map((shown) => (isChosen(shown) ? shown.reach : undefined)),
    distinctUntilChanged(),
  );
  const drawn$ = new Subject<Picture>();
  const picture$ = drawn$.pipe(share());
  const cross$ = new BehaviorSubject<number | undefined>(undefined);
  const navigation = createNavigation({ lookBack, picture$, cross$ });
  const parts = { words, lookBack, scale };
  const place = { topic, name: scale.name };
  return html`
    <div class="chart">
      ${reachChoice(words, place, lookBack, reach$)}
      <div class="plot">
        <canvas role="img"
          ${bind(HTMLCanvasElement, shown$, (canvas, shown) => showSummary(canvas, parts, shown))}
          ${mount(HTMLCanvasElement, (canvas, screen) => showChart(canvas, { ...parts, screen: screen() }, (picture) => drawn$.next(picture)))}></canvas>
        ${cross({ words, scale, clock, picture$, share$: cross$ }, navigation)}
      </div>
      <p class="note" role="status">${watch(shown$.pipe(map((shown) => noteOf(words, lookBack, shown))))}</p>
      <footer>
        ${watch(shown$.pipe(map((shown) => exportLink(words, place, lookBack, shown))))}
        ${controls(words, scale, navigation, reach$)}
        ${watch(
          shown$.pipe(
            map(({ isHeard }) => isHeard),
            distinctUntilChanged(),
            map((isHeard) => legend(words, scale, isHeard)),
          ),
        )}
      </footer>
    </div>
  `;
}

/** Distinguishes a chart from all others: by its topic on the page, by the name of its value on the card. */
interface Place {
  readonly topic: string;
  readonly name: string;
}

/** How far back the chart reaches: a few choices in a row; none is selected for a chart that was zoomed or moved. */
function reachChoice(
  { say }: Words,
  { topic, name }: Place,
  { choose }: LookBack,
  reach$: Observable<Reach | undefined>,
): TemplateResult {
  const option = (reach: Reach) => html`
    <label>
      <input type="radio" name=${`${topic}/reach`} ${called(`${say.reachNames[reach.name]}, ${name}`)}
        ${bind(HTMLInputElement, reach$, (radio, chosen) => {
          radio.checked = chosen === reach;
        })}
        ${mount(HTMLInputElement, (radio) => fromEvent(radio, 'change').subscribe(() => choose(reach)))}>
      <span>${say.reaches[reach.name]}</span>
    </label>
  `;
  return html`<div class="choices reaches" role="radiogroup" aria-label=${say.reach}>${REACHES.map(option)}</div>`;
}

/** An element over the chart that takes pointers and keys: for a screen reader, a slider along the time. */
function cross(parts: CrosshairParts, { follow }: Navigation): TemplateResult {
  const { words, scale, share$ } = parts;
  return html`
    <div class="cross" role="slider" tabindex="0" ${called(words.say.crosshair(scale.name))}
      aria-valuemin="0" aria-valuemax="100"
      aria-valuenow=${watch(share$.pipe(map((share) => Math.round((share ?? 1) * 100))))}
      aria-valuetext=${watch(spokenCrosshair(parts))} ${mount(HTMLElement, follow)}>
      ${crosshair(parts)}
    </div>
  `;
}

/** Buttons with the same effects as wheel, drags and pinches. */
function controls(
  { say }: Words,
  { name }: ValueScale,
  navigation: Navigation,
  reach$: Observable<Reach | undefined>,
): TemplateResult {
  const button = (label: string, sign: string, act: () => void) =>
    html`<button type="button" ${called(`${label}, ${name}`)} title=${label} @click=${act}>${sign}</button>`;
  const reset = html`<button type="button" class="reset" ${called(`${say.resetZoom}, ${name}`)} @click=${navigation.reset}>${say.resetZoom}</button>`;
  return html`
    <div class="moves" role="group" aria-label=${say.moveChart}>
      ${button(say.earlier, '‹', () => navigation.pan(-STEP))}
      ${button(say.zoomOut, '−', () => navigation.zoom(ZOOM))}
      ${button(say.zoomIn, '+', () => navigation.zoom(1 / ZOOM))}
      ${button(say.later, '›', () => navigation.pan(STEP))}
      ${watch(reach$.pipe(map((reach) => (reach ? nothing : reset))))}
    </div>
  `;
}

/**
 * Keeps a chart on a canvas while the canvas is in sight. Out of sight, it draws nothing, measures nothing and asks the hub for nothing.
 */
function showChart(canvas: HTMLCanvasElement, parts: PainterParts, tell: (picture: Picture) => void) {
  // Charts are most of the page's script: they are loaded after everything else.
  const drawing$ = loadAgain(() => import('./picture.ts')).pipe(
    switchMap(({ drawPictures }) => drawPictures(canvas, parts)),
    tap(tell),
  );
  const seen$ = createSight()(canvas).pipe(distinctUntilChanged());
  return seen$
    .pipe(switchMap((isSeen) => (isSeen ? merge(drawing$, parts.lookBack.reading$) : EMPTY)))
    .subscribe();
}

/** A summary of the chart for people who cannot see it. */
function showSummary(
  canvas: HTMLCanvasElement,
  { words, scale, lookBack }: PictureParts,
  shown: Shown,
): void {
  const { say } = words;
  const time = timeOf(words, lookBack, shown);
  const extent = shown.past && extentOf(toBand(shown.past, STRETCH_POINTS));
  const measure = (value: number) => words.measure(value, scale.unit, scale.digits);
  canvas.toggleAttribute('data-past', !shown.isHeard);
  const live = scale.isReadOnly ? say.chartReading : say.chartLive;
  if (shown.isHeard) canvas.ariaLabel = live(time, scale.name);
  else if (!extent) canvas.ariaLabel = say.chartEmpty(time, scale.name);
  else
    canvas.ariaLabel = say.chartPast(time, scale.name, [
      measure(extent.min),
      measure(extent.max),
      measure(extent.last),
    ]);
}

function timeOf({ say, moment }: Words, { clock }: LookBack, shown: Shown): string {
  if (isChosen(shown)) return say.lastTime[shown.reach.name];
  const toMs = shown.viewport.endMs ?? clock.now();
  return say.timeBetween(moment(clock.dateOf(toMs - shown.viewport.spanMs)), moment(clock.dateOf(toMs)));
}

function noteOf(words: Words, { clock }: LookBack, { past, error }: Shown): string | typeof nothing {
  if (error) return troubleOf(words, error);
  if (!past) return nothing;
  if (past.rows.length === 0) return words.say.noPast;
  const sinceMs = knownSince(past, STRETCH_POINTS);
  return sinceMs === undefined ? nothing : words.say.pastSince(words.moment(clock.dateOf(sinceMs)));
}

/** Why the past is missing. */
function troubleOf(words: Words, { code, message }: HubError): string {
  if (code === 'topic/unknown') return words.say.noHistory;
  return words.say.historyFailed(meaningOf(words, code) ?? message);
}

/** If the page cannot read it, nobody can download it either. */
function exportLink(
  { say }: Words,
  { topic, name }: Place,
  { csvAddress }: LookBack,
  { reach, viewport, error }: Shown,
): TemplateResult | typeof nothing {
  if (error || csvAddress(viewport) === '') return nothing;
  const file = `${topic.replaceAll('/', '-')}-${reach.name}.csv`;
  // The address counts back from now.
  const renew = ({ currentTarget }: Event) => {
    if (currentTarget instanceof HTMLAnchorElement) currentTarget.href = csvAddress(viewport);
  };
  return html`<a class="export" href=${csvAddress(viewport)} download=${file} title=${say.exportHint} @click=${renew} ${called(`${say.exportCsv}, ${name}`)}>${say.exportCsv}</a>`;
}

function legend({ say }: Words, { isReadOnly }: ValueScale, isHeard: boolean): TemplateResult {
  const wish = isReadOnly ? nothing : html`<span class="wish">${say.wanted}</span>`;
  const band = isHeard ? nothing : html`<span class="band">${say.band}</span>`;
  return html`<p class="legend" aria-hidden="true"><span class="is">${say.actual}</span>${band}${wish}</p>`;
}
