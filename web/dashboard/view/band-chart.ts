import type { Scale } from 'chart.js';
import { combineLatest, Observable, Subscription } from 'rxjs';
import { type BandPoint, toBand } from '../model/band.ts';
import { type LookBack, type Shown, STRETCH_POINTS } from '../model/look-back.ts';
import type { Measure } from '../model/measure.ts';
import { timeTicks } from '../model/time-ticks.ts';
import type { Words } from '../words.ts';
import {
  createLineChart,
  type LineChart,
  paint,
  STEP_LINE,
  schemeChange$,
  type TimeScale,
} from './line-chart.ts';

/** The room that a time on the axis takes, pixels. */
const LABEL_PX = 68;

/** Draws what the hub remembers onto a canvas: the last value as a line, and around it from the lowest to the highest. */
export function drawBand(
  canvas: HTMLCanvasElement,
  words: Words,
  { shown$, measure }: Pick<LookBack, 'shown$' | 'measure'>,
  now: () => number,
): Observable<never> {
  return new Observable(() => {
    const chart = createBandChart(canvas, words, measure);
    const running = new Subscription(() => chart.destroy());
    running.add(
      combineLatest([shown$, schemeChange$()]).subscribe(([shown]) => {
        paint(chart, canvas, (palette) => [
          { borderColor: palette('--chart-band'), backgroundColor: palette('--chart-band') },
          { borderColor: palette('--chart-band') },
          { borderColor: palette('--chart-actual') },
        ]);
        draw(chart, shown, now());
      }),
    );
    return running;
  });
}

function createBandChart(canvas: HTMLCanvasElement, words: Words, measure: Measure): LineChart {
  const edge = { ...STEP_LINE, data: [], borderWidth: 1 };
  const lines = [{ ...edge, fill: '+1' }, edge, { ...STEP_LINE, data: [], borderWidth: 1.25 }];
  const x: TimeScale = {
    grid: { drawTicks: false },
    ticks: {
      maxRotation: 0,
      autoSkip: false,
      padding: 6,
      callback: (value, index, ticks) => timeLabel(words, Number(value), ticks[index]?.major ?? false),
    },
    afterBuildTicks: setTicks,
  };
  return createLineChart(canvas, lines, { x, measure });
}

/** Round times that have room; a day's first is major. At the very edges their labels would have none. */
function setTicks(axis: Scale): void {
  const { min, max, width } = axis;
  const marginMs = ((max - min) * LABEL_PX) / 2 / Math.max(LABEL_PX, width);
  const marks = timeTicks(min + marginMs, max - marginMs, width / LABEL_PX);
  axis.ticks = marks.map(({ timeMs, isDay }) => ({ value: timeMs, major: isDay }));
}

function timeLabel(words: Words, timeMs: number, isDay: boolean): string {
  return isDay ? words.day(timeMs) : words.timeOfDay(timeMs);
}

function draw(chart: LineChart, { reach, stretch }: Shown, nowMs: number): void {
  const { fromMs, toMs } = stretch ?? { fromMs: nowMs - reach.spanMs, toMs: nowMs };
  const band = stretch ? toBand(stretch, STRETCH_POINTS) : [];
  const series: ((point: BandPoint) => number)[] = [({ max }) => max, ({ min }) => min, ({ last }) => last];
  for (const [index, levelOf] of series.entries()) {
    const dataset = chart.data.datasets[index];
    if (dataset) dataset.data = band.map((point) => ({ x: point.timeMs, y: levelOf(point) }));
  }
  Object.assign(chart.options.scales?.x ?? {}, { min: fromMs, max: toMs });
  chart.update('none');
}
