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
import { fromEvent, merge, type Observable, startWith } from 'rxjs';
import type { ValueScale } from './scale.ts';

Chart.register(LineController, LineElement, PointElement, LinearScale, Filler);

interface Dot {
  readonly x: number;
  readonly y: number;
}

/** Lines over time, steps from each point to the next. */
export type LineChart = Chart<'line', Dot[]>;

export type Dataset = ChartConfiguration<'line', Dot[]>['data']['datasets'][number];

/** How the axis of time is divided. */
export type TimeAxis = Pick<LinearScaleOptions, 'afterBuildTicks'> & {
  readonly ticks: Pick<LinearScaleOptions['ticks'], 'callback'>;
};

export interface LineChartParts {
  readonly datasets: readonly Dataset[];
  readonly time: TimeAxis;
  readonly scale: ValueScale;
  /** Writes a value of the axis. */
  readonly format: (value: number) => string;
}

/** The options of every line. */
export const STEP_LINE = {
  data: [],
  stepped: true,
  pointRadius: 0,
  borderJoinStyle: 'round',
} as const satisfies Omit<Dataset, 'data'> & { data: readonly Dot[] };

/** A chart on a canvas: time against values. */
export function createLineChart(
  canvas: HTMLCanvasElement,
  { datasets, time, scale, format }: LineChartParts,
): LineChart {
  const { min, max } = scale;
  const isBounded = min !== undefined && max !== undefined;
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
        x: {
          type: 'linear',
          border: { display: false },
          grid: { drawTicks: false },
          afterBuildTicks: time.afterBuildTicks,
          ticks: { maxRotation: 0, autoSkip: false, align: 'inner', padding: 6, ...time.ticks },
        },
        y: {
          ...(isBounded && { min, max }),
          grace: isBounded ? 0 : '5%',
          border: { display: false },
          ticks: {
            ...(isBounded ? { stepSize: (max - min) / 2 } : { maxTicksLimit: 4 }),
            callback: (value) => format(Number(value)),
          },
        },
      },
    },
  });
}

/** Shows new data on axes that stay as they are: to lay these out is most of the work of `update`. */
export function showData(chart: LineChart): void {
  for (const index of chart.data.datasets.keys()) {
    const { controller } = chart.getDatasetMeta(index);
    controller.buildOrUpdateElements();
    controller.update('none');
  }
  chart.render();
}

/** A canvas does not inherit the page's colors. */
export type Palette = (name: string) => string;

/** Takes the page's colors and size of text: the axes' own, and those of the datasets, in their order. */
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
  const ticks = {
    color: palette('--ink-soft'),
    font: { family: style.fontFamily, size: Number.parseFloat(style.fontSize) },
  };
  for (const axis of Object.values(chart.options.scales ?? {})) {
    Object.assign(axis?.ticks ?? {}, ticks);
    Object.assign(axis?.grid ?? {}, { color: palette('--line') });
  }
}

/** At once, and whenever the page turns dark or light, or takes the colors that a person has set for all pages. */
export function schemeChange$(): Observable<unknown> {
  const queries = ['(prefers-color-scheme: dark)', '(forced-colors: active)'];
  return merge(...queries.map((query) => fromEvent(matchMedia(query), 'change'))).pipe(startWith(undefined));
}
