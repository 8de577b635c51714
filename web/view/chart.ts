import {
  Chart,
  type ChartConfiguration,
  Filler,
  LinearScale,
  LineController,
  LineElement,
  PointElement,
} from 'chart.js';
import { html, type TemplateResult } from 'lit/html.js';
import {
  concat,
  distinctUntilChanged,
  EMPTY,
  fromEvent,
  Observable,
  of,
  Subscription,
  scan,
  startWith,
  switchMap,
} from 'rxjs';
import type { Words } from '../i18n/words.ts';
import type { Series } from '../model/history.ts';
import { frame$ } from './frame.ts';
import { mount } from './mount.ts';

Chart.register(LineController, LineElement, PointElement, LinearScale, Filler);

export interface ChartParts {
  readonly wanted: Series;
  readonly actual: Series;
  /** How far back the chart reaches, milliseconds. */
  readonly spanMs: number;
  /** The clock of the series. */
  readonly now: () => number;
}

/** What was wanted and what was, over time. */
export function chart(words: Words, parts: ChartParts): TemplateResult {
  const { say } = words;
  return html`
    <div class="chart">
      <div>
        <canvas role="img" aria-label=${say.chart}
          ${mount(HTMLCanvasElement, (canvas) => showChart(canvas, words, parts))}></canvas>
      </div>
      <p aria-hidden="true"><span>${say.actual}</span><span>${say.wanted}</span></p>
    </div>
  `;
}

/** Has a chart on a canvas while it can be seen: out of sight there is nothing to draw, nor to fit to a new size. */
function showChart(canvas: HTMLCanvasElement, words: Words, parts: ChartParts): Subscription {
  const seen$ = isOnScreen$(canvas).pipe(distinctUntilChanged());
  return seen$.pipe(switchMap((isSeen) => (isSeen ? drawChart(canvas, words, parts) : EMPTY))).subscribe();
}

/** Draws onto a canvas, a frame of the screen at a time. */
function drawChart(canvas: HTMLCanvasElement, words: Words, parts: ChartParts): Observable<never> {
  return new Observable(() => runChart(new Chart(canvas, configuration(words, parts.spanMs)), canvas, parts));
}

function runChart(chart: LineChart, canvas: HTMLCanvasElement, parts: ChartParts): Subscription {
  const running = new Subscription(() => chart.destroy());
  const calm = matchMedia('(prefers-reduced-motion: reduce)');
  // The time that the lines take for half a pixel; who wants no motion gets a step a second.
  const stepMs = () => (calm.matches ? 1000 : parts.spanMs / chart.width / 2);
  const frames$ = schemeChange$().pipe(
    switchMap(() => {
      paint(chart, canvas);
      return concat(of(undefined), frame$);
    }),
  );
  const drawing$ = frames$.pipe(
    scan((drawnMs, frame) => {
      const nowMs = parts.now();
      if (frame && !isDue(parts, drawnMs, nowMs, stepMs())) return drawnMs;
      draw(chart, parts, nowMs);
      return nowMs;
    }, 0),
  );
  running.add(drawing$.subscribe());
  return running;
}

/**
 * Whether a new picture would differ from the one that was drawn last: a value has changed, or the lines have moved
 * on by a step. Lines that have been level for the whole span stand still.
 */
function isDue(
  { wanted, actual, spanMs }: ChartParts,
  drawnMs: number,
  nowMs: number,
  stepMs: number,
): boolean {
  const changedMs = Math.max(wanted.lastMs ?? drawnMs, actual.lastMs ?? drawnMs);
  if (changedMs > drawnMs) return true;
  return nowMs - drawnMs >= stepMs && drawnMs < changedMs + spanMs;
}

type LineChart = Chart<'line', { x: number; y: number }[]>;

function draw(chart: LineChart, { wanted, actual, spanMs }: ChartParts, toMs: number): void {
  const columns = Math.max(1, Math.round(chart.chartArea?.width ?? chart.width));
  for (const [index, series] of [actual, wanted].entries()) {
    const points = series.points(toMs - spanMs, toMs, columns);
    const data = points.map(({ timeMs, value }) => ({ x: (timeMs - toMs) / 1000, y: value }));
    const last = data.at(-1);
    if (last) data.push({ x: 0, y: last.y });
    const dataset = chart.data.datasets[index];
    if (dataset) dataset.data = data;
  }
  chart.update('none');
}

function configuration(words: Words, spanMs: number): ChartConfiguration<'line', { x: number; y: number }[]> {
  const seconds = spanMs / 1000;
  const line = { data: [], stepped: true, pointRadius: 0, borderJoinStyle: 'round' } as const;
  return {
    type: 'line',
    data: {
      datasets: [
        { ...line, data: [], borderWidth: 2, fill: 'origin' },
        { ...line, data: [], borderWidth: 1.5, borderDash: [4, 3] },
      ],
    },
    options: {
      animation: false,
      parsing: false,
      normalized: true,
      events: [],
      responsive: true,
      maintainAspectRatio: false,
      clip: 4,
      scales: {
        x: {
          type: 'linear',
          min: -seconds,
          max: 0,
          border: { display: false },
          grid: { display: false },
          ticks: {
            stepSize: seconds / 4,
            maxRotation: 0,
            autoSkip: false,
            align: 'inner',
            callback: (value) => agoLabel(words, -Number(value), seconds),
          },
        },
        y: {
          min: 0,
          max: 100,
          border: { display: false },
          ticks: { stepSize: 50, callback: (value) => `${value} %` },
        },
      },
    },
  };
}

/** The ends and the middle of the time axis. */
function agoLabel(words: Words, secondsAgo: number, span: number): string {
  if (secondsAgo === 0) return words.say.now;
  return secondsAgo % (span / 2) === 0 ? words.say.secondsAgo(words.number(secondsAgo, 0)) : '';
}

/** Takes the page's colours, which a canvas does not inherit. */
function paint(chart: LineChart, canvas: HTMLCanvasElement): void {
  const style = getComputedStyle(canvas);
  const color = (name: string) => style.getPropertyValue(name).trim();
  const [actual, wanted] = chart.data.datasets;
  if (actual)
    Object.assign(actual, { borderColor: color('--chart-actual'), backgroundColor: color('--chart-fill') });
  if (wanted) Object.assign(wanted, { borderColor: color('--chart-wanted') });
  for (const axis of Object.values(chart.options.scales ?? {})) {
    Object.assign(axis?.ticks ?? {}, { color: color('--ink-soft') });
    Object.assign(axis?.grid ?? {}, { color: color('--line') });
  }
  chart.options.font = { family: style.fontFamily, size: 11 };
}

function schemeChange$(): Observable<unknown> {
  return fromEvent(matchMedia('(prefers-color-scheme: dark)'), 'change').pipe(startWith(undefined));
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
