import { svg, type TemplateResult } from 'lit';
import { holeAt, ROW_NAMES } from '../../../bench/breadboard.ts';
import type { Point } from '../../../bench/geometry.ts';
import { type Circuit, legsOf, occupants } from '../../circuit.ts';
import { COLUMNS, isOnBoard, terminalText } from '../../terminal.ts';
import { wireColorFor } from '../../wire-color.ts';
import { shortName } from '../model/names.ts';
import type { Gesture } from '../model/state.ts';
import type { Stage } from '../stage.ts';
import { BOARD, gripOf, pointOf } from './place.ts';
import { WIRE_INKS } from './wire-inks.ts';
import { wirePath } from './wire-path.ts';

/** A preview of the current gesture: the possible targets, and the result. */
export function gestureView(stage: Stage): TemplateResult<2> | '' {
  const { circuit } = stage;
  const { gesture } = stage.state;
  if (!gesture) return '';
  return svg`
    <path class="free" d=${freeHoles(circuit, gesture.is === 'part' ? gesture.id : undefined)}></path>
    ${gesture.is === 'wire' ? wireGesture(gesture, stage) : partGesture(gesture)}`;
}

/** All free holes, as one path. */
function freeHoles(circuit: Circuit, moving: string | undefined): string {
  const others = { ...circuit, parts: circuit.parts.filter(({ id }) => id !== moving) };
  const taken = occupants(others);
  return ROW_NAMES.flatMap((row) =>
    Array.from({ length: COLUMNS }, (_, column) => ({ at: 'hole', row, column }) as const),
  )
    .filter((hole) => isOnBoard(hole) && !taken.has(terminalText(hole)))
    .map(({ row, column }) => ring(holeAt(BOARD, column, row)))
    .join('');
}

function ring({ x, y }: Point): string {
  return `M${x - 6} ${y}a6 6 0 1 0 12 0a6 6 0 1 0 -12 0`;
}

function wireGesture(
  { from, to, at }: Gesture & { is: 'wire' },
  { circuit, state, analysis, words }: Stage,
): TemplateResult<2> {
  const start = pointOf(circuit, from);
  const target = to && pointOf(circuit, to);
  const end = target ?? at;
  if (!start) return svg``;
  const color = state.color ?? wireColorFor(circuit, { from, to: to ?? from }, analysis.netlist);
  const isFree = to !== undefined && !occupants(circuit).has(terminalText(to));
  return svg`
    <circle class="mark fits" cx=${start.x} cy=${start.y} r="8"></circle>
    ${end ? svg`<path class="coming" d=${wirePath(start, end, { from, to: to ?? from })} stroke=${WIRE_INKS[color]}></path>` : ''}
    ${to && target ? mark(target, { isFree, name: shortName(to, words) }) : ''}`;
}

/** The target terminal, with its name, because a finger hides what it points at. */
function mark({ x, y }: Point, { isFree, name }: { isFree: boolean; name: string }): TemplateResult<2> {
  const width = 9 * name.length + 24;
  return svg`
    <circle class="mark ${isFree ? 'fits' : 'fails'}" cx=${x} cy=${y} r="9"></circle>
    <g class="tag"><rect x=${x - width / 2} y=${y - 52} width=${width} height="24" rx="7"></rect>
      <text x=${x} y=${y - 35} text-anchor="middle">${name}</text></g>`;
}

function partGesture({ kind, variant, turn, place, fits }: Gesture & { is: 'part' }): TemplateResult<2> {
  if (!place) return svg``;
  const part = { id: '', kind, variant, turn, place };
  const { x, y, width, height } = gripOf(part);
  const holes = legsOf(part).flatMap(({ terminal }) => (terminal?.at === 'hole' ? [terminal] : []));
  const verdict = fits ? 'fits' : 'fails';
  return svg`
    <rect class="shadow ${verdict}" x=${x} y=${y} width=${width} height=${height} rx="8"></rect>
    ${holes.map(({ row, column }) => {
      const hole = holeAt(BOARD, column, row);
      return svg`<circle class="mark ${verdict}" cx=${hole.x} cy=${hole.y} r="8"></circle>`;
    })}`;
}
