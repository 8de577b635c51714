import { svg, type TemplateResult } from 'lit';
import type { Jumper } from '../parts/part.ts';
import { type Breadboard, holeAt, isRail, PITCH, ROW_NAMES } from './breadboard.ts';
import type { Point } from './geometry.ts';
import type { Wire } from './wiring.ts';

/** An empty breadboard. */
export function boardView(board: Breadboard): TemplateResult<2> {
  const last = board.columns - 1;
  const gap = holeAt(board, 0, 'f').y + 1.5 * PITCH;
  return svg`
    <g class="breadboard">
      <rect class="plastic" x=${board.x} y=${board.y} width=${board.width} height=${board.height} rx="7"></rect>
      <rect class="gap" x=${board.x} y=${gap - 6} width=${board.width} height="12"></rect>
      ${(['top -', 'top +', 'bottom -', 'bottom +'] as const).map((row) => {
        const from = holeAt(board, 0, row);
        const to = holeAt(board, last, row);
        const y = row.endsWith('-') ? from.y - 8 : from.y + 8;
        return svg`<line class=${row.endsWith('-') ? 'rail minus' : 'rail plus'} x1=${from.x - 4} x2=${to.x + 4} y1=${y} y2=${y}></line>`;
      })}
      ${['j', 'f', 'e', 'a'].map((row) => rowLetter(board, row))}
      <path class="holes" d=${holesPath(board)}></path>
    </g>`;
}

function rowLetter(board: Breadboard, letter: string): TemplateResult<2> {
  const row = ROW_NAMES.find((name) => name === letter) ?? 'a';
  const { x, y } = holeAt(board, 0, row);
  return svg`<text class="letter" x=${x - 14} y=${y + 3} text-anchor="middle">${letter}</text>`;
}

/** All holes as one path: hundreds of elements would be needlessly slow. */
function holesPath(board: Breadboard): string {
  const side = 5;
  const square = ({ x, y }: Point) =>
    `M${(x - side / 2).toFixed(1)} ${(y - side / 2).toFixed(1)}h${side}v${side}h${-side}z`;
  return ROW_NAMES.flatMap((row) =>
    Array.from({ length: board.columns }, (_, column) => column)
      .filter((column) => !isRail(row) || column % 6 !== 5)
      .map((column) => square(holeAt(board, column, row))),
  ).join('');
}

/** A wire with its outline, its highlight, and its plugs. */
export function wireView({ path, color, to, from }: Wire): TemplateResult<2> {
  return svg`
    <g class="wire">
      <path class="casing" d=${path}></path>
      <path class="core" d=${path} stroke=${color}></path>
      <path class="sheen" d=${path}></path>
      <circle class="plug" cx=${from.x} cy=${from.y} r="2.4"></circle>
      <circle class="plug" cx=${to.x} cy=${to.y} r="3"></circle>
    </g>`;
}

/** A short stiff wire between two holes of a column. */
export function jumperView(origin: Point, { column, from, to }: Jumper): TemplateResult<2> {
  const start = holeAt(origin, column, from);
  const end = holeAt(origin, column, to);
  const path = `M${start.x} ${start.y}L${end.x} ${end.y}`;
  return wireView({ key: path, path, color: '#3c4149', from: start, to: end });
}
