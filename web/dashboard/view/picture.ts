import { merge, Observable, Subscription } from 'rxjs';
import { Drawing, type Screen } from '../../shared/frame.ts';
import { areLevel, type Lines, linesHeard, linesRemembered } from '../model/lines.ts';
import { type LookBack, type Shown, STRETCH_POINTS } from '../model/look-back.ts';
import { boundsOf } from '../model/viewport.ts';
import type { Words } from '../words.ts';
import { createLineChart, type LineChart, paint, STEP_LINE, schemeChange$, showData } from './line-chart.ts';
import type { ValueScale } from './scale.ts';
import { timeAxis } from './time-axis.ts';

/** The content of a chart now, and where it is on the canvas, CSS pixels. */
export interface Picture {
  readonly lines: Lines;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

export interface PictureParts {
  readonly words: Words;
  readonly lookBack: LookBack;
  readonly scale: ValueScale;
}

/** The least time between two pictures, milliseconds. */
const PICTURE_MS = 66;

/** The least time between two pictures for people who want reduced motion, milliseconds. */
const CALM_MS = 1000;

export interface PainterParts extends PictureParts {
  readonly screen: Screen;
}

/** Draws a chart onto a canvas while it is subscribed to, and emits each picture. */
export function drawPictures(canvas: HTMLCanvasElement, parts: PainterParts): Observable<Picture> {
  return new Observable((observer) => {
    const painter = new Painter(canvas, parts, (picture) => observer.next(picture));
    return painter.begin();
  });
}

class Painter {
  readonly #canvas: HTMLCanvasElement;
  readonly #parts: PainterParts;
  readonly #tell: (picture: Picture) => void;
  readonly #drawing: Drawing;
  readonly #calm = matchMedia('(prefers-reduced-motion: reduce)');
  #chart: LineChart | undefined;
  #shown: Shown | undefined;
  /** The time at the right edge. */
  #endMs = 0;
  /** The content for which the axes were laid out; `undefined` if they have to be laid out again. */
  #laidOut: Shown | undefined;

  constructor(canvas: HTMLCanvasElement, parts: PainterParts, tell: (picture: Picture) => void) {
    this.#canvas = canvas;
    this.#parts = parts;
    this.#tell = tell;
    this.#drawing = new Drawing(parts.screen, () => this.#draw(), {
      element: () => canvas,
      everyMs: PICTURE_MS,
      isCanvas: true,
    });
  }

  begin(): Subscription {
    const { words, lookBack, scale } = this.#parts;
    const running = new Subscription(() => {
      this.#drawing.cancel();
      this.#chart?.destroy();
    });
    running.add(
      lookBack.shown$.subscribe((shown) => {
        this.#shown = shown;
        this.#drawing.ask();
      }),
    );
    running.add(merge(lookBack.wanted.changed$, lookBack.actual.changed$).subscribe(() => this.#hear()));
    this.#chart = createLineChart(this.#canvas, {
      datasets: DATASETS,
      time: timeAxis({
        words,
        clock: lookBack.clock,
        shown: () => this.#shown ?? unreachable(),
        endMs: () => this.#endMs,
      }),
      scale,
      format: (value) => words.measure(value, scale.unit, scale.digits),
    });
    running.add(schemeChange$().subscribe(() => this.#repaint()));
    return running;
  }

  #repaint(): void {
    if (this.#chart) paint(this.#chart, this.#canvas, colors);
    this.#laidOut = undefined;
    this.#drawing.ask();
  }

  /** New values change the picture only if it shows values that this page has received. */
  #hear(): void {
    if (this.#shown?.isHeard) this.#drawing.ask();
  }

  #draw(): void {
    const { lookBack } = this.#parts;
    if (!this.#chart || !this.#shown) return;
    const nowMs = lookBack.clock.now();
    const lines = linesOf(lookBack, this.#shown, nowMs, widthOf(this.#chart));
    this.#show(this.#chart, this.#shown, lines);
    if (isMoving(this.#shown) && !areLevel(lines)) this.#moveOn(this.#chart, this.#shown);
  }

  /** The next picture is due once the lines have moved by a pixel. */
  #moveOn(chart: LineChart, { viewport: { spanMs } }: Shown): void {
    this.#drawing.ask(this.#calm.matches ? CALM_MS : spanMs / widthOf(chart));
  }

  #show(chart: LineChart, shown: Shown, lines: Lines): void {
    const [top, bottom, actual, wanted] = chart.data.datasets;
    if (!top || !bottom || !actual || !wanted) return;
    this.#endMs = lines.toMs;
    const dot = (timeMs: number, y: number) => ({ x: timeMs - lines.toMs, y });
    top.data = lines.band.map(({ timeMs, max }) => dot(timeMs, max));
    bottom.data = lines.band.map(({ timeMs, min }) => dot(timeMs, min));
    actual.data = lines.actual.map(({ timeMs, value }) => dot(timeMs, value));
    wanted.data = lines.wanted.map(({ timeMs, value }) => dot(timeMs, value));
    if (this.#isLaidOutFor(shown)) showData(chart);
    else {
      actual.fill = lines.band.length > 0 ? false : 'origin';
      const { x } = chart.options.scales ?? {};
      Object.assign(x ?? {}, { min: lines.fromMs - lines.toMs, max: 0 });
      // The ends of a span have their labels inside; round times have theirs in the middle.
      Object.assign(x?.ticks ?? {}, { align: isMoving(shown) ? 'inner' : 'center' });
      chart.update('none');
      this.#laidOut = shown;
    }
    const { left, right, top: upper, bottom: lower } = chart.chartArea;
    this.#tell({ lines, left, right, top: upper, bottom: lower });
  }

  /** Returns whether the axes can stay as they are. The time axis of a moving chart counts back from now, so it does not change with the time. */
  #isLaidOutFor(shown: Shown): boolean {
    const { min, max } = this.#parts.scale;
    const isBounded = min !== undefined && max !== undefined;
    return (
      isBounded &&
      isMoving(shown) &&
      this.#laidOut?.isHeard === true &&
      this.#laidOut.viewport === shown.viewport
    );
  }
}

/** The band from the lowest to the highest value, with the actual value in front of it, and the wanted one in front of both. */
const DATASETS = [
  { ...STEP_LINE, data: [], borderWidth: 1, fill: '+1', order: 3 },
  { ...STEP_LINE, data: [], borderWidth: 1, order: 3 },
  { ...STEP_LINE, data: [], borderWidth: 2, fill: 'origin', order: 2 },
  { ...STEP_LINE, data: [], borderWidth: 1.5, borderDash: [4, 3], order: 1 },
];

function colors(palette: (name: string) => string) {
  const band = { borderColor: palette('--chart-band'), backgroundColor: palette('--chart-band') };
  return [
    band,
    { borderColor: palette('--chart-band') },
    { borderColor: palette('--chart-actual'), backgroundColor: palette('--chart-fill') },
    { borderColor: palette('--chart-wanted') },
  ];
}

function isMoving({ isHeard, viewport }: Shown): boolean {
  return isHeard && viewport.endMs === undefined;
}

function linesOf(
  lookBack: LookBack,
  { viewport, isHeard, past }: Shown,
  nowMs: number,
  columns: number,
): Lines {
  // A stretch that moves on ends when it was read.
  const readMs = !isHeard && past ? past.toMs : nowMs;
  const bounds = boundsOf(viewport, readMs);
  if (isHeard) return linesHeard(lookBack, { ...bounds, columns, nowMs });
  return past
    ? linesRemembered(past, STRETCH_POINTS, bounds)
    : { ...bounds, actual: [], wanted: [], band: [] };
}

function widthOf(chart: LineChart): number {
  return Math.max(1, Math.round(chart.chartArea?.width ?? chart.width));
}

function unreachable(): never {
  throw new Error('a chart is drawn after it is known what it shows');
}
