import { html, svg, type TemplateResult } from 'lit';
import { ref } from 'lit/directives/ref.js';
import { repeat } from 'lit/directives/repeat.js';
import { boardView } from '../../../bench/board-view.ts';
import { pinsView, piView } from '../../../header/header-view.ts';
import { partView } from '../parts/part-view.ts';
import type { Stage } from '../stage.ts';
import { gestureView } from './gesture-view.ts';
import { pictureKeys } from './keys.ts';
import { BOARD, looseLegs, pictureSize } from './place.ts';
import { printView } from './print-view.ts';
import { wireHandlers } from './wire-gesture.ts';
import { wiresView } from './wires-view.ts';
import { nextZoom, shownZoom } from './zoom.ts';

/** The picture of the circuit: header, breadboard and wires, and above them the parts, in the same pixels. */
export function pictureView(stage: Stage): TemplateResult {
  const { scene, circuit, words } = stage;
  const { width, height } = pictureSize(circuit);
  const scale = scaleOf(stage, width);
  const { down, move, up, click, cancel, touch } = wireHandlers(stage);
  return html`
    <div class="own-view">
    <div class="own-bench" tabindex="0" role="group" aria-label=${words.wording.bench} ${ref(scene.watchSize)}
      @keydown=${pictureKeys(stage)}>
      <div class="bench own-picture" .style=${`width: ${width * scale}px; height: ${height * scale}px`}>
        <svg class="ground" viewBox="0 0 ${width} ${height}" @pointerdown=${down} @pointermove=${move} @pointerup=${up}
          @pointercancel=${cancel} @click=${click} @touchmove=${touch}>
          <g aria-hidden="true">${boardView(BOARD)} ${printView()} ${piView()}</g> ${wiresView(stage)} ${pinsView(scene)} ${legsView(stage)}
        </svg>
        <div class="parts" .style=${`transform: scale(${scale})`}>
          ${repeat(
            circuit.parts,
            ({ id }) => id,
            (part) => partView(part, stage),
          )}
        </div>
        <svg class="gesture" viewBox="0 0 ${width} ${height}" aria-hidden="true">${gestureView(stage)}</svg>
      </div>
    </div>
    <div class="zooms">${zoomView(stage)}</div>
    </div>`;
}

function scaleOf({ scene, state }: Stage, width: number): number {
  const fitting = scene.width / width;
  return fitting * shownZoom(state.zoom, fitting);
}

/** The legs next to the breadboard that wires can connect to. */
function legsView({ circuit }: Stage): readonly TemplateResult<2>[] {
  return looseLegs(circuit).map(
    ({ point }) => svg`<circle class="loose-leg" cx=${point.x} cy=${point.y} r="5"></circle>`,
  );
}

/** Buttons that make the picture larger and smaller. */
function zoomView({ scene, circuit, state, editor, words: { wording } }: Stage): TemplateResult {
  const zoom = shownZoom(state.zoom, scene.width / pictureSize(circuit).width);
  const button = (direction: 1 | -1, label: string, sign: string) => html`
    <button type="button" class="zoom" aria-label=${label} title=${label}
      ?disabled=${nextZoom(zoom, direction) === zoom} @click=${() => editor.zoom(nextZoom(zoom, direction))}>${sign}</button>`;
  return html`${button(-1, wording.zoomOut, '−')} ${button(1, wording.zoomIn, '+')}`;
}
