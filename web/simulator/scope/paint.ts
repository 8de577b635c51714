import { INK, TRACE_INKS } from './inks.ts';
import { drawMeasures } from './paint-measures.ts';
import {
  type Area,
  areasWithin,
  type ChannelArea,
  INSET,
  isBand,
  type Size,
  tracePoints,
  yOf,
} from './screen-geometry.ts';
import { DIVISIONS } from './time-base.ts';
import type { Wave } from './wave.ts';

/** The picture of one channel; its texts are in the page's language. */
export interface Trace {
  readonly channel: 1 | 2;
  readonly wave: Wave;
  readonly onTime: string;
  readonly period: string;
  readonly duty: string;
  /** The text in the middle if the trace is flat; empty otherwise. */
  readonly message: string;
}

/** The content of the whole screen. */
export interface Picture {
  readonly traces: readonly Trace[];
  readonly usPerDivision: number;
  readonly perDivision: string;
  readonly high: string;
  readonly low: string;
}

type Context = CanvasRenderingContext2D;

const FONT = '12px system-ui, sans-serif';

/**
 * Draws a picture on a screen of a given size, in CSS pixels: each trace in a band of its own, the first at the top.
 */
export function paint(context: Context, size: Size, picture: Picture): void {
  const areas = areasWithin(size, picture.traces.length);
  context.clearRect(0, 0, size.width, size.height);
  context.font = FONT;
  const [area] = areas;
  if (area) drawGrid(context, size, area);
  picture.traces.forEach((trace, index) => {
    const own = areas[index];
    if (own) drawChannel(context, own, { trace, picture });
  });
  if (area) drawFoot(context, size, { area, picture });
}

function drawChannel(
  context: Context,
  area: ChannelArea,
  { trace, picture }: { readonly trace: Trace; readonly picture: Picture },
): void {
  const { usPerDivision } = picture;
  drawLevels(context, area, picture);
  if (isBand(trace.wave, usPerDivision)) drawBand(context, area, TRACE_INKS[trace.channel]);
  else drawTrace(context, area, { ...trace, usPerDivision });
  if (area.isRoomy) drawMeasures(context, area, { ...trace, usPerDivision });
  if (trace.message) drawMessage(context, area, trace.message);
}

function drawGrid(context: Context, { height }: Size, area: Area): void {
  context.lineWidth = 1;
  const { top } = INSET;
  const bottom = height - INSET.bottom;
  for (let division = 0; division <= DIVISIONS; division++) {
    const x = Math.round(area.left + (division / DIVISIONS) * area.width) + 0.5;
    line(context, division === 1 ? INK.axis : INK.grid, { x1: x, y1: top, x2: x, y2: bottom });
  }
  const rows = Math.max(4, Math.round((bottom - top) / (area.width / DIVISIONS)));
  for (let row = 0; row <= rows; row++) {
    const y = Math.round(top + ((bottom - top) * row) / rows) + 0.5;
    line(context, INK.grid, { x1: area.left, y1: y, x2: area.left + area.width, y2: y });
  }
}

function drawLevels(context: Context, area: Area, { high, low }: Picture): void {
  context.fillStyle = INK.text;
  context.textBaseline = 'middle';
  context.textAlign = 'right';
  context.fillText(high, area.left - 8, yOf(1, area));
  context.fillText(low, area.left - 8, yOf(0, area));
}

/** Draws the line below the traces: the duty cycle of each that has one, in its own color, and the time base. */
function drawFoot(
  context: Context,
  { height }: Size,
  { area, picture }: { readonly area: Area; readonly picture: Picture },
): void {
  const y = height - 16;
  context.textBaseline = 'middle';
  context.textAlign = 'left';
  const { traces } = picture;
  const isOne = traces.length === 1;
  let x = area.left;
  for (const { channel, duty } of traces) {
    context.fillStyle = isOne ? INK.text : TRACE_INKS[channel];
    const text = isOne ? duty : duty.replace('t_on / T = ', '');
    context.fillText(text, x, y);
    x += context.measureText(text).width + 14;
  }
  context.fillStyle = INK.text;
  context.textAlign = 'right';
  context.fillText(picture.perDivision, area.left + area.width, y);
}

function drawTrace(
  context: Context,
  area: Area,
  { wave, channel, usPerDivision }: Trace & Pick<Picture, 'usPerDivision'>,
): void {
  const ink = TRACE_INKS[channel];
  context.save();
  context.beginPath();
  for (const { x, y } of tracePoints(wave, usPerDivision, area)) context.lineTo(x, y);
  context.lineJoin = 'round';
  context.strokeStyle = ink;
  context.shadowColor = ink;
  context.shadowBlur = 9;
  context.lineWidth = 2.2;
  context.stroke();
  context.restore();
}

/** Draws pulses that are too dense to distinguish, like a real screen: both levels, and a haze between them. */
function drawBand(context: Context, area: Area, ink: string): void {
  context.save();
  context.fillStyle = ink;
  context.globalAlpha = 0.22;
  context.fillRect(area.left, area.top, area.width, area.height);
  context.restore();
  for (const level of [0, 1] as const) {
    const y = yOf(level, area);
    line(context, ink, { x1: area.left, y1: y, x2: area.left + area.width, y2: y });
  }
}

function drawMessage(context: Context, area: Area, message: string): void {
  context.fillStyle = INK.text;
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  context.fillText(message, area.left + area.width / 2, area.top + area.height / 2, area.width - 16);
}

interface Line {
  readonly x1: number;
  readonly y1: number;
  readonly x2: number;
  readonly y2: number;
}

function line(context: Context, ink: string, { x1, y1, x2, y2 }: Line): void {
  context.beginPath();
  context.moveTo(x1, y1);
  context.lineTo(x2, y2);
  context.strokeStyle = ink;
  context.lineWidth = 1;
  context.stroke();
}
