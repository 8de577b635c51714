import { INK } from './inks.ts';
import { type Area, isBand, xOf } from './screen-geometry.ts';
import type { Wave } from './wave.ts';

interface Measured {
  readonly wave: Wave;
  readonly usPerDivision: number;
  readonly onTime: string;
  readonly period: string;
}

interface Dimension {
  readonly ink: string;
  readonly y: number;
  readonly from: number;
  readonly to: number;
  /** The right edge of the screen's grid. */
  readonly right: number;
  readonly text: string;
}

type Context = CanvasRenderingContext2D;

/** Draws the on time and the length of the first whole period as dimension lines. */
export function drawMeasures(
  context: Context,
  area: Area,
  { wave, usPerDivision, onTime, period }: Measured,
): void {
  if (wave.kind !== 'pulse' || isBand(wave, usPerDivision)) return;
  const from = xOf(0, usPerDivision, area);
  const fall = xOf(wave.onUs, usPerDivision, area);
  const to = xOf(wave.periodUs, usPerDivision, area);
  const right = area.left + area.width;
  context.save();
  context.fillStyle = INK.on;
  context.globalAlpha = 0.16;
  context.fillRect(from, area.top, Math.min(fall, right) - from, area.height);
  context.restore();
  drawDimension(context, { ink: INK.period, y: area.top - 26, from, to, right, text: period });
  const y = area.top + area.height + 15;
  drawDimension(context, { ink: INK.on, y, from, to: fall, right, text: onTime });
}

/** Draws a line between two instants, with an arrow at each end that is visible, and its text on it or next to it. */
function drawDimension(context: Context, { ink, y, from, to, right, text }: Dimension): void {
  const end = Math.min(to, right);
  context.beginPath();
  context.moveTo(from, y);
  context.lineTo(end, y);
  context.strokeStyle = ink;
  context.lineWidth = 1;
  context.stroke();
  drawArrow(context, ink, { x: from, y, direction: 1 });
  if (to <= right) drawArrow(context, ink, { x: end, y, direction: -1 });
  const width = context.measureText(text).width;
  const fits = end - from > width + 24;
  const x = fits ? (from + end) / 2 : Math.min(end + width / 2 + 8, right - width / 2);
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  context.fillStyle = INK.screen;
  context.fillRect(x - width / 2 - 4, y - 8, width + 8, 16);
  context.fillStyle = ink;
  context.fillText(text, x, y);
}

interface Arrow {
  readonly x: number;
  readonly y: number;
  readonly direction: 1 | -1;
}

function drawArrow(context: Context, ink: string, { x, y, direction }: Arrow): void {
  context.beginPath();
  context.moveTo(x, y);
  context.lineTo(x + direction * 6, y - 3.5);
  context.lineTo(x + direction * 6, y + 3.5);
  context.fillStyle = ink;
  context.fill();
}
