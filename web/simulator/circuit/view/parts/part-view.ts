import { html, type TemplateResult } from 'lit';
import { caption } from '../../../parts/caption.ts';
import type { Part } from '../../circuit.ts';
import { gripKeys } from '../board/keys.ts';
import { gripHandlers } from '../board/part-gesture.ts';
import { gripOf } from '../board/place.ts';
import { partName, placeName } from '../model/names.ts';
import { readingText } from '../model/reading-text.ts';
import { choosePart, type Stage } from '../stage.ts';
import { drawingOf } from './drawings.ts';
import { handView } from './hand-view.ts';

/** A part of the circuit: its drawing, the area to grab it by, and its control. */
export function partView(part: Part, stage: Stage): TemplateResult {
  const { state, words, analysis } = stage;
  const { x, y, width, height } = gripOf(part);
  const { down, move, up, cancel } = gripHandlers(part, stage);
  const faults = analysis.faults.filter(({ parts }) => parts[0] === part.id);
  const isMoving = state.gesture?.is === 'part' && state.gesture.id === part.id;
  const text = readingText(analysis.readings.get(part.id), words);
  const name = words.wording.partAt(partName(part, words), placeName(part, words));
  const told = faults.map((fault) => `fault-${analysis.faults.indexOf(fault)}`);
  return html`
    <div class="part own ${isMoving ? 'moving' : ''}" data-part=${part.id}>
      ${drawingOf(part, stage)}
      <button type="button" class="grip" aria-label=${text ? `${name}: ${text}` : name} aria-pressed=${state.selected === part.id}
        aria-describedby=${['part-hint', ...told].join(' ')}
        .style=${`left: ${x}px; top: ${y}px; width: ${width}px; height: ${height}px`}
        @pointerdown=${down} @pointermove=${move} @pointerup=${up} @pointercancel=${cancel}
        @click=${() => choosePart(part, stage)} @keydown=${gripKeys(part, stage)}></button>
      ${handView(part, stage)}
      <span aria-hidden="true">${faults[0] ? caption({ x: x + width / 2, y: y - 6 }, '!', `badge ${faults[0].severity}`) : ''}</span>
    </div>`;
}
