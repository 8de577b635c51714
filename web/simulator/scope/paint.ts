import { type Area, isBand, tracePoints, xOf, yOf } from './screen-geometry.ts';
import { DIVISIONS } from './time-base.ts';
import type { Wave } from './wave.ts';

/** All that the screen shows; its texts are in the page's language. */
export interface Picture {
  readonly wave: Wave;
  readonly usPerDivision: number;
  readonly onTime: string;
  readonly period: string;
  readonly duty: string;
  readonly perDivision: string;
  readonly high: string;
  readonly low: string;
  /** Said in the middle where the trace is flat; empty otherwise. */
  readonly message: string;
}

type Context = CanvasRenderingContext2D;

const INK = {
  grid: '#1d3a33',
  axis: '#2f5a4f',
  trace: '#6dffb0',
  text: '#a8c9bf',
  on: '#ffd166',
  period: '#7cc7ff',
};
const FONT = '12px system-ui, sans-serif';

/** Draws a picture on a screen of a given size, in CSS pixels. */
export function paint(context: Context, size: { width: number; height: number }, picture: Picture): void {
  const area = areaWithin(size);
  context.clearRect(0, 0, size.width, size.height);
  context.font = FONT;
  drawGrid(context, size, area);
  drawScales(context, size, area, picture);
  if (isBand(picture.wave, picture.usPerDivision)) drawBand(context, area);
  else drawTrace(context, area, picture);
  drawMeasures(context, area, picture);
  if (picture.message) drawMessage(context, area, picture.message);
}

/** The wave's place: room above and below for what is measured, more where the screen is tall. */
function areaWithin({ width, height }: { width: number; height: number }): Area {
  const grid = { top: 14, height: height - 48 };
  const margin = Math.max(46, grid.height * 0.2);
  return { left: 46, top: grid.top + margin, width: width - 62, height: grid.height - 2 * margin };
}

function drawGrid(context: Context, { height }: { height: number }, area: Area): void {
  context.lineWidth = 1;
  const bottom = height - 34;
  for (let division = 0; division <= DIVISIONS; division++) {
    const x = Math.round(area.left + (division / DIVISIONS) * area.width) + 0.5;
    line(context, division === 1 ? INK.axis : INK.grid, x, 14, x, bottom);
  }
  const rows = Math.max(4, Math.round((bottom - 14) / (area.width / DIVISIONS)));
  for (let row = 0; row <= rows; row++) {
    const y = Math.round(14 + ((bottom - 14) * row) / rows) + 0.5;
    line(context, INK.grid, area.left, y, area.left + area.width, y);
  }
}

function drawScales(context: Context, { height }: { height: number }, area: Area, picture: Picture): void {
  context.fillStyle = INK.text;
  context.textBaseline = 'middle';
  context.textAlign = 'right';
  context.fillText(picture.high, area.left - 8, yOf(1, area));
  context.fillText(picture.low, area.left - 8, yOf(0, area));
  context.fillText(picture.perDivision, area.left + area.width, height - 16);
  context.textAlign = 'left';
  if (picture.wave.kind === 'pulse') context.fillText(picture.duty, area.left, height - 16);
}

function drawTrace(context: Context, area: Area, { wave, usPerDivision }: Picture): void {
  context.save();
  context.beginPath();
  for (const { x, y } of tracePoints(wave, usPerDivision, area)) context.lineTo(x, y);
  context.lineJoin = 'round';
  context.strokeStyle = INK.trace;
  context.shadowColor = INK.trace;
  context.shadowBlur = 9;
  context.lineWidth = 2.2;
  context.stroke();
  context.restore();
}

/** Pulses too many to be told apart, as a real screen shows them: both levels, and a haze between. */
function drawBand(context: Context, area: Area): void {
  context.save();
  context.fillStyle = INK.trace;
  context.globalAlpha = 0.22;
  context.fillRect(area.left, area.top, area.width, area.height);
  context.restore();
  for (const level of [0, 1] as const) {
    const y = yOf(level, area);
    line(context, INK.trace, area.left, y, area.left + area.width, y);
  }
}

/** How long the first whole period is on, and how long it is, as dimension lines. */
function drawMeasures(context: Context, area: Area, { wave, usPerDivision, onTime, period }: Picture): void {
  if (wave.kind !== 'pulse' || isBand(wave, usPerDivision)) return;
  const start = xOf(0, usPerDivision, area);
  const fall = xOf(wave.onUs, usPerDivision, area);
  const end = xOf(wave.periodUs, usPerDivision, area);
  const right = area.left + area.width;
  context.save();
  context.fillStyle = INK.on;
  context.globalAlpha = 0.16;
  context.fillRect(start, area.top, Math.min(fall, right) - start, area.height);
  context.restore();
  dimension(context, INK.period, area.top - 26, start, end, right, period);
  dimension(context, INK.on, area.top + area.height + 15, start, fall, right, onTime);
}

/** A line between two instants with an arrow at each end that is on the screen, and its text on it or beside it. */
function dimension(
  context: Context,
  ink: string,
  y: number,
  from: number,
  to: number,
  right: number,
  text: string,
): void {
  const end = Math.min(to, right);
  line(context, ink, from, y, end, y);
  arrow(context, ink, from, y, 1);
  if (to <= right) arrow(context, ink, end, y, -1);
  const width = context.measureText(text).width;
  const fits = end - from > width + 24;
  const x = fits ? (from + end) / 2 : Math.min(end + width / 2 + 8, right - width / 2);
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  context.fillStyle = '#07120f';
  context.fillRect(x - width / 2 - 4, y - 8, width + 8, 16);
  context.fillStyle = ink;
  context.fillText(text, x, y);
}

function arrow(context: Context, ink: string, x: number, y: number, direction: 1 | -1): void {
  context.beginPath();
  context.moveTo(x, y);
  context.lineTo(x + direction * 6, y - 3.5);
  context.lineTo(x + direction * 6, y + 3.5);
  context.fillStyle = ink;
  context.fill();
}

function drawMessage(context: Context, area: Area, message: string): void {
  context.fillStyle = INK.text;
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  context.fillText(message, area.left + area.width / 2, area.top + area.height / 2, area.width - 16);
}

function line(context: Context, ink: string, x1: number, y1: number, x2: number, y2: number): void {
  context.beginPath();
  context.moveTo(x1, y1);
  context.lineTo(x2, y2);
  context.strokeStyle = ink;
  context.lineWidth = 1;
  context.stroke();
}
