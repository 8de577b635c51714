import { Chart, LinearScale, LineController, LineElement, PointElement } from 'chart.js';
import { fromEvent, merge, Observable, startWith } from 'rxjs';
import { drawNewest, type Screen } from '../../shared/frame.ts';
import { type Plot, plotName } from '../model/plots.ts';
import type { Words } from '../words.ts';
import { LINE_COLORS } from './line-colors.ts';

Chart.register(LineController, LineElement, PointElement, LinearScale);

/** How often a chart is drawn at most, milliseconds. */
const EVERY_MS = 100;

export interface ChartParts {
  readonly plots$: Observable<readonly Plot[]>;
  readonly words: Words;
  readonly screen: Screen;
}

/** Draws plots on a canvas until it is unsubscribed, at every change and in the colors of the page. */
export function drawPlots(
  canvas: HTMLCanvasElement,
  { plots$, words, screen }: ChartParts,
): Observable<never> {
  return new Observable(() => {
    const chart = createChart(canvas, words);
    const drawing = drawNewest(screen, plots$, (plots) => show(chart, plots), {
      element: () => canvas,
      everyMs: EVERY_MS,
      isCanvas: true,
    });
    drawing.add(schemeChange$().subscribe(() => paint(chart, canvas)));
    drawing.add(() => chart.destroy());
    return drawing;
  });
}

function createChart(canvas: HTMLCanvasElement, { exactTime, number }: Words): Chart {
  return new Chart(canvas, {
    type: 'line',
    data: { datasets: [] },
    options: {
      animation: false,
      parsing: false,
      normalized: true,
      events: [],
      responsive: true,
      maintainAspectRatio: false,
      scales: {
        x: {
          type: 'linear',
          ticks: { maxRotation: 0, maxTicksLimit: 5, callback: (value) => exactTime(Number(value)) },
        },
        y: {
          type: 'linear',
          grace: '5%',
          ticks: { maxTicksLimit: 5, callback: (value) => number(Number(value), 3) },
        },
      },
    },
  });
}

function show(chart: Chart, plots: readonly Plot[]): void {
  chart.data.datasets = plots.map((plot, index) => ({
    label: plotName(plot),
    data: [...plot.points],
    borderColor: LINE_COLORS[index % LINE_COLORS.length] ?? 'gray',
    borderWidth: 2,
    pointRadius: plot.points.length < 2 ? 3 : 0,
    stepped: true as const,
  }));
  showTime(chart, plots);
  chart.update('none');
}

/** At least a minute, up to the last point. */
function showTime(chart: Chart, plots: readonly Plot[]): void {
  const last = Math.max(...plots.map(({ points }) => points.at(-1)?.x ?? 0));
  Object.assign(chart.options.scales?.x ?? {}, { suggestedMin: last - 60_000, suggestedMax: last });
}

/** A canvas does not inherit the page's colors. */
function paint(chart: Chart, canvas: HTMLCanvasElement): void {
  const style = getComputedStyle(canvas);
  const [text, line] = ['--ink-soft', '--line'].map((name) => style.getPropertyValue(name).trim());
  for (const axis of Object.values(chart.options.scales ?? {})) {
    Object.assign(axis?.ticks ?? {}, { color: text });
    Object.assign(axis?.grid ?? {}, { color: line });
  }
  chart.update('none');
}

function schemeChange$(): Observable<unknown> {
  const queries = ['(prefers-color-scheme: dark)', '(forced-colors: active)'];
  return merge(...queries.map((query) => fromEvent(matchMedia(query), 'change'))).pipe(startWith(undefined));
}
