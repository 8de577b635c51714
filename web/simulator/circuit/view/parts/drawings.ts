import '@wokwi/elements/dist/esm/buzzer-element.js';
import '@wokwi/elements/dist/esm/led-element.js';
import '@wokwi/elements/dist/esm/potentiometer-element.js';
import '@wokwi/elements/dist/esm/pushbutton-element.js';
import '@wokwi/elements/dist/esm/resistor-element.js';
import '@wokwi/elements/dist/esm/rgb-led-element.js';
import '@wokwi/elements/dist/esm/servo-element.js';
import { html, noChange, svg, type TemplateResult } from 'lit';
import { holeAt, PITCH } from '../../../bench/breadboard.ts';
import { caption } from '../../../parts/caption.ts';
import { legsOf, type Part } from '../../circuit.ts';
import { bodyOf } from '../board/bodies.ts';
import { BOARD, cornerOf, lastColumnOf } from '../board/place.ts';
import { ohmsText } from '../model/names.ts';
import type { Stage } from '../stage.ts';
import { ledDrawing, rgbDrawing } from './lamps.ts';

type Draw = (part: Part, stage: Stage, style: string) => TemplateResult;

/** The drawing of each kind; `style` positions its element. */
const DRAWINGS: Readonly<Record<string, Draw>> = {
  led: ledDrawing,
  rgb: rgbDrawing,
  resistor: drawResistor,
  button: drawButton,
  buzzer: drawBuzzer,
  servo: drawServo,
  potentiometer: drawPotentiometer,
};

/** The current drawing of a part. It is hidden from screen readers; the area to grab it by has the name. */
export function drawingOf(part: Part, stage: Stage): TemplateResult {
  const draw = DRAWINGS[part.kind];
  return html`${stubsView(part)}${draw ? draw(part, stage, styleOf(part)) : ''}`;
}

/** A turned LED swaps its legs by itself; the other kinds are drawn mirrored. */
function styleOf({ kind, place, turn }: Part): string {
  const { anchor, scale } = bodyOf(kind);
  const { x, y } = cornerOf(place);
  const isMirrored = turn === 2 && kind !== 'led';
  const left = isMirrored ? x + lastColumnOf(kind) * PITCH + anchor.x * scale : x - anchor.x * scale;
  const turned = isMirrored ? `scale(${-scale}, ${scale})` : `scale(${scale})`;
  return `transform: translate(${left.toFixed(1)}px, ${(y - anchor.y * scale).toFixed(1)}px) ${turned}`;
}

/** The lines from the element's own legs to their holes. */
function stubsView(part: Part): TemplateResult | '' {
  const { stubs, anchor, scale } = bodyOf(part.kind);
  if (!stubs) return '';
  const corner = cornerOf(part.place);
  const isMirrored = part.turn === 2;
  const lines = legsOf(part).flatMap(({ leg, terminal }) => {
    const end = stubs[leg];
    if (!end || terminal?.at !== 'hole') return [];
    const hole = holeAt(BOARD, terminal.column, terminal.row);
    const across = (end.x - anchor.x) * scale;
    const x = isMirrored ? corner.x + lastColumnOf(part.kind) * PITCH - across : corner.x + across;
    return [svg`<path d="M${x} ${corner.y + (end.y - anchor.y) * scale}L${hole.x} ${hole.y}"></path>`];
  });
  return html`<svg class="stubs" width="1" height="1" aria-hidden="true">${lines}</svg>`;
}

function drawResistor({ variant, place }: Part, { words }: Stage, style: string): TemplateResult {
  const { x, y } = cornerOf(place);
  return html`
    <wokwi-resistor inert aria-hidden="true" value=${variant} .style=${style}></wokwi-resistor>
    ${caption({ x: x + 3 * PITCH, y: y + PITCH - 1 }, ohmsText(variant, words), 'mark')}`;
}

/** It is drawn on its side, so that its legs are across the gap. */
function drawButton({ id, place }: Part, { state }: Stage): TemplateResult {
  const { scale } = bodyOf('button');
  const { x, y } = cornerOf(place);
  const style = `transform: translate(${x + 32 * scale}px, ${y}px) rotate(90deg) scale(${scale})`;
  const isPressed = (state.hands.get(id) ?? 0) >= 0.5;
  return html`<wokwi-pushbutton inert aria-hidden="true" color="#2f7de1" .pressed=${isPressed} .style=${style}></wokwi-pushbutton>`;
}

function drawBuzzer({ id }: Part, { analysis }: Stage, style: string): TemplateResult {
  const reading = analysis.readings.get(id);
  const sounds = reading?.is === 'tone' && reading.frequencyHz > 0;
  return html`<wokwi-buzzer inert aria-hidden="true" data-sounds=${sounds} .hasSignal=${sounds} .style=${style}></wokwi-buzzer>`;
}

/** Without pulses it keeps its position. */
function drawServo({ id }: Part, { analysis }: Stage, style: string): TemplateResult {
  const reading = analysis.readings.get(id);
  const degrees = reading?.is === 'angle' ? reading.degrees : undefined;
  return html`<wokwi-servo inert aria-hidden="true" .angle=${degrees ?? noChange} .style=${style}></wokwi-servo>`;
}

function drawPotentiometer({ id }: Part, { analysis }: Stage, style: string): TemplateResult {
  const reading = analysis.readings.get(id);
  const share = reading?.is === 'wiper' ? reading.share : 0;
  return html`<wokwi-potentiometer inert aria-hidden="true" .value=${share * 1023} .style=${style}></wokwi-potentiometer>`;
}
