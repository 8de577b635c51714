import { Observable, Subscription } from 'rxjs';
import { Drawing } from '../../shared/frame.ts';
import type { Series } from '../model/history.ts';
import type { Measure } from '../model/measure.ts';
import type { Words } from '../words.ts';
import {
  createLineChart,
  type LineChart,
  paint,
  STEP_LINE,
  schemeChange$,
  type TimeScale,
} from './line-chart.ts';

export interface LiveChartParts {
  readonly measure: Measure;
  readonly wanted: Series;
  readonly actual: Series;
  /** How far back the chart reaches, milliseconds. */
  readonly spanMs: number;
  /** The clock of the series. */
  readonly now: () => number;
}

/** Draws what was wanted and what was onto a canvas, a frame of the screen at a time, moving with the time. */
export function drawLive(canvas: HTMLCanvasElement, words: Words, parts: LiveChartParts): Observable<never> {
  return new Observable(() => {
    const lines = [
      { ...STEP_LINE, data: [], borderWidth: 2, fill: 'origin' },
      { ...STEP_LINE, data: [], borderWidth: 1.5, borderDash: [4, 3] },
    ];
    return runChart(
      createLineChart(canvas, lines, { x: timeScale(words, parts.spanMs), measure: parts.measure }),
      canvas,
      parts,
    );
  });
}

/** The least time between two pictures, milliseconds. */
const PICTURE_MS = 66;

function runChart(chart: LineChart, canvas: HTMLCanvasElement, parts: LiveChartParts): Subscription {
  const running = new Subscription(() => chart.destroy());
  const calm = matchMedia('(prefers-reduced-motion: reduce)');
  // The time that the lines take for half a pixel; with reduced motion, a step a second.
  const stepMs = () => (calm.matches ? 1000 : parts.spanMs / chart.width / 2);
  let drawnMs = Number.NEGATIVE_INFINITY;
  const drawing = new Drawing(
    () => {
      const nowMs = parts.now();
      if (isDue(parts, drawnMs, nowMs, stepMs())) {
        draw(chart, parts, nowMs);
        drawnMs = nowMs;
      }
      drawing.ask();
    },
    { element: () => canvas, everyMs: PICTURE_MS, isCanvas: true },
  );
  running.add(() => drawing.cancel());
  running.add(
    schemeChange$().subscribe(() => {
      paint(chart, canvas, (palette) => [
        { borderColor: palette('--chart-actual'), backgroundColor: palette('--chart-fill') },
        { borderColor: palette('--chart-wanted') },
      ]);
      draw(chart, parts, parts.now());
    }),
  );
  drawing.ask();
  return running;
}

/**
 * Whether a new picture would differ from the one that was drawn last: a value has changed, or the lines have moved
 * on by a step. Lines that have been level for the whole span stand still.
 */
function isDue(
  { wanted, actual, spanMs }: LiveChartParts,
  drawnMs: number,
  nowMs: number,
  stepMs: number,
): boolean {
  const changedMs = Math.max(wanted.lastMs ?? drawnMs, actual.lastMs ?? drawnMs);
  if (changedMs > drawnMs) return true;
  return nowMs - drawnMs >= stepMs && drawnMs < changedMs + spanMs;
}

function draw(chart: LineChart, { wanted, actual, spanMs }: LiveChartParts, toMs: number): void {
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

function timeScale(words: Words, spanMs: number): TimeScale {
  const seconds = spanMs / 1000;
  return {
    min: -seconds,
    max: 0,
    grid: { display: false },
    ticks: {
      stepSize: seconds / 4,
      maxRotation: 0,
      autoSkip: false,
      align: 'inner',
      callback: (value) => agoLabel(words, -Number(value), seconds),
    },
  };
}

/** The ends and the middle of the time axis. */
function agoLabel(words: Words, secondsAgo: number, span: number): string {
  if (secondsAgo === 0) return words.say.now;
  return secondsAgo % (span / 2) === 0 ? words.say.secondsAgo(words.number(secondsAgo, 0)) : '';
}
