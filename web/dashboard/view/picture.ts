import { Observable, Subscription } from 'rxjs';
import { Drawing } from '../../shared/frame.ts';
import { type Lines, linesHeard, linesRemembered } from '../model/lines.ts';
import { type LookBack, type Shown, STRETCH_POINTS } from '../model/look-back.ts';
import { boundsOf } from '../model/viewport.ts';
import type { Words } from '../words.ts';
import { createLineChart, type LineChart, paint, STEP_LINE, schemeChange$ } from './line-chart.ts';
import type { ValueScale } from './scale.ts';
import { timeAxis } from './time-axis.ts';

/** What a chart shows at the moment, and where on its canvas, CSS pixels. */
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

/** The same with reduced motion. */
const CALM_MS = 1000;

/** Draws a chart onto a canvas while it is subscribed to, and tells each picture. */
export function drawPictures(canvas: HTMLCanvasElement, parts: PictureParts): Observable<Picture> {
  return new Observable((observer) => {
    const painter = new Painter(canvas, parts, (picture) => observer.next(picture));
    return painter.begin();
  });
}

class Painter {
  readonly #canvas: HTMLCanvasElement;
  readonly #parts: PictureParts;
  readonly #tell: (picture: Picture) => void;
  readonly #drawing: Drawing;
  readonly #calm = matchMedia('(prefers-reduced-motion: reduce)');
  #chart: LineChart | undefined;
  #shown: Shown | undefined;
  #isChanged = true;
  #drawnMs = Number.NEGATIVE_INFINITY;

  constructor(canvas: HTMLCanvasElement, parts: PictureParts, tell: (picture: Picture) => void) {
    this.#canvas = canvas;
    this.#parts = parts;
    this.#tell = tell;
    this.#drawing = new Drawing(() => this.#draw(), {
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
        this.#change();
      }),
    );
    this.#chart = createLineChart(this.#canvas, {
      datasets: DATASETS,
      time: timeAxis(words, lookBack.clock, () => this.#shown ?? unreachable()),
      scale,
      format: (value) => words.measure(value, scale.unit, scale.digits),
    });
    running.add(schemeChange$().subscribe(() => this.#repaint()));
    return running;
  }

  #repaint(): void {
    if (this.#chart) paint(this.#chart, this.#canvas, colors);
    this.#change();
  }

  #change(): void {
    this.#isChanged = true;
    this.#drawing.ask();
  }

  #draw(): void {
    const { lookBack } = this.#parts;
    const { clock } = lookBack;
    if (!this.#chart || !this.#shown) return;
    const nowMs = clock.now();
    if (this.#isDue(this.#chart, this.#shown, nowMs)) {
      this.#isChanged = false;
      this.#drawnMs = nowMs;
      this.#show(this.#chart, linesOf(lookBack, this.#shown, nowMs, widthOf(this.#chart)));
    }
    if (isMoving(this.#shown)) this.#drawing.ask();
  }

  /**
   * Whether a new picture would differ from the last one: something was chosen, a value has changed, or the lines have moved on by half a
   * pixel. Lines that have been level for the whole span stand still.
   */
  #isDue(chart: LineChart, { viewport }: Shown, nowMs: number): boolean {
    if (this.#isChanged) return true;
    const { wanted, actual } = this.#parts.lookBack;
    const changedMs = Math.max(wanted.lastMs ?? 0, actual.lastMs ?? 0);
    if (changedMs > this.#drawnMs) return true;
    const stepMs = this.#calm.matches ? CALM_MS : viewport.spanMs / chart.width / 2;
    return nowMs - this.#drawnMs >= stepMs && this.#drawnMs < changedMs + viewport.spanMs;
  }

  #show(chart: LineChart, lines: Lines): void {
    const [top, bottom, actual, wanted] = chart.data.datasets;
    if (!top || !bottom || !actual || !wanted) return;
    top.data = lines.band.map(({ timeMs, max }) => ({ x: timeMs, y: max }));
    bottom.data = lines.band.map(({ timeMs, min }) => ({ x: timeMs, y: min }));
    actual.data = lines.actual.map(({ timeMs, value }) => ({ x: timeMs, y: value }));
    actual.fill = lines.band.length > 0 ? false : 'origin';
    wanted.data = lines.wanted.map(({ timeMs, value }) => ({ x: timeMs, y: value }));
    const { x } = chart.options.scales ?? {};
    Object.assign(x ?? {}, { min: lines.fromMs, max: lines.toMs });
    // The ends of a span have their labels inside; round times have theirs in the middle.
    Object.assign(x?.ticks ?? {}, { align: this.#shown && isMoving(this.#shown) ? 'inner' : 'center' });
    chart.update('none');
    const { left, right, top: upper, bottom: lower } = chart.chartArea;
    this.#tell({ lines, left, right, top: upper, bottom: lower });
  }
}

/** The band from the lowest to the highest value, the actual value before it, and what was wanted before both. */
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
