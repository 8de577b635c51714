import {
  Chart,
  type ChartConfiguration,
  Filler,
  LinearScale,
  type LinearScaleOptions,
  LineController,
  LineElement,
  PointElement,
} from 'chart.js';
import { fromEvent, type Observable, startWith } from 'rxjs';
import type { Measure } from '../model/measure.ts';

Chart.register(LineController, LineElement, PointElement, LinearScale, Filler);

interface Dot {
  readonly x: number;
  readonly y: number;
}

/** Lines over time, steps from each point to the next. */
export type LineChart = Chart<'line', Dot[]>;

export type Dataset = ChartConfiguration<'line', Dot[]>['data']['datasets'][number];

/** How the axis of time is divided. */
export type TimeScale = Partial<Pick<LinearScaleOptions, 'min' | 'max' | 'afterBuildTicks'>> & {
  readonly grid: Partial<LinearScaleOptions['grid']>;
  readonly ticks: Partial<LinearScaleOptions['ticks']>;
};

/** What every line has. */
export const STEP_LINE = {
  data: [],
  stepped: true,
  pointRadius: 0,
  borderJoinStyle: 'round',
} as const satisfies Omit<Dataset, 'data'> & { data: readonly Dot[] };

/** A chart on a canvas: time against a value. */
export function createLineChart(
  canvas: HTMLCanvasElement,
  datasets: readonly Dataset[],
  { x, measure }: { readonly x: TimeScale; readonly measure: Measure },
): LineChart {
  return new Chart(canvas, {
    type: 'line',
    data: { datasets: [...datasets] },
    options: {
      animation: false,
      parsing: false,
      normalized: true,
      events: [],
      responsive: true,
      maintainAspectRatio: false,
      clip: 4,
      scales: {
        x: { type: 'linear', border: { display: false }, ...x },
        y: valueScale(measure),
      },
    },
  });
}

/** The whole range if it is known, in two steps; else as much as the values need. */
function valueScale({ unit, range }: Measure) {
  const space = unit === '' || unit === '°' ? '' : ' ';
  const ticks = { maxTicksLimit: 4, callback: (value: number | string) => `${value}${space}${unit}` };
  const border = { display: false };
  if (!range) return { border, grace: '10%', ticks };
  return { ...range, border, ticks: { ...ticks, stepSize: (range.max - range.min) / 2 } };
}

/** A canvas does not inherit the page's colours. */
export type Palette = (name: string) => string;

/** Takes the page's colours: the axes' own, and those of the datasets, in their order. */
export function paint(
  chart: LineChart,
  canvas: HTMLCanvasElement,
  colorsOf: (palette: Palette) => readonly Partial<Dataset>[],
): void {
  const style = getComputedStyle(canvas);
  const palette = (name: string) => style.getPropertyValue(name).trim();
  for (const [index, colors] of colorsOf(palette).entries()) {
    Object.assign(chart.data.datasets[index] ?? {}, colors);
  }
  const ticks = { color: palette('--ink-soft'), font: { family: style.fontFamily, size: 11 } };
  for (const axis of Object.values(chart.options.scales ?? {})) {
    Object.assign(axis?.ticks ?? {}, ticks);
    Object.assign(axis?.grid ?? {}, { color: palette('--line') });
  }
}

/** At once, and whenever the page turns dark or light. */
export function schemeChange$(): Observable<unknown> {
  return fromEvent(matchMedia('(prefers-color-scheme: dark)'), 'change').pipe(startWith(undefined));
}
