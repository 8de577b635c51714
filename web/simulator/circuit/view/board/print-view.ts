import { svg, type TemplateResult } from 'lit';
import { holeAt, isRail, PITCH, ROW_NAMES, type Row } from '../../../bench/breadboard.ts';
import { COLUMNS } from '../../terminal.ts';
import { BOARD } from './place.ts';

/** The print beside the holes of a breadboard: letters of rows, signs of rails, and every fifth number of a column. */
export function printView(): TemplateResult<2> {
  return svg`<g class="print">${ROW_NAMES.map(rowPrint)}${NUMBERED.map(columnPrint)}</g>`;
}

/** The columns that have their number in print, counted from 0. */
const NUMBERED = Array.from({ length: COLUMNS }, (_, column) => column).filter(
  (column) => column === 0 || column % 5 === 4,
);

function rowPrint(row: Row): readonly TemplateResult<2>[] {
  const text = isRail(row) ? row.slice(-1).replace('-', '−') : row;
  const left = holeAt(BOARD, 0, row).x - 14;
  const right = holeAt(BOARD, COLUMNS - 1, row).x + 14;
  // Every breadboard of the page has the letters at the edges of its halves on its left.
  const ends = 'jfea'.includes(row) ? [right] : [left, right];
  const kind = isRail(row) ? 'sign' : 'letter';
  return ends.map(
    (x) =>
      svg`<text class=${kind} x=${x} y=${holeAt(BOARD, 0, row).y + 3.5} text-anchor="middle">${text}</text>`,
  );
}

function columnPrint(column: number): readonly TemplateResult<2>[] {
  const upper = holeAt(BOARD, column, 'j');
  const lower = holeAt(BOARD, column, 'a');
  return [upper.y - 0.5 * PITCH, lower.y + 0.8 * PITCH].map(
    (y) => svg`<text class="letter" x=${upper.x} y=${y} text-anchor="middle">${column + 1}</text>`,
  );
}
