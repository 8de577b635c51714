import { html, type TemplateResult } from 'lit';
import { pictureView } from './board/picture-view.ts';
import { faultsView } from './panels/faults-view.ts';
import { inspectorView } from './panels/inspector-view.ts';
import { listView } from './panels/list-view.ts';
import { paletteView } from './panels/palette-view.ts';
import { toolbarView } from './panels/toolbar-view.ts';
import { wireForm } from './panels/wire-form.ts';
import type { Stage } from './stage.ts';

/** The whole editor. */
export function circuitView(stage: Stage): TemplateResult {
  const { state, words } = stage;
  const { wording } = words;
  return html`
    <div class="own-circuit">
      ${toolbarView(stage)}
      ${paletteView(stage)}
      ${pictureView(stage)}
      <div class="notes">
        <p class="told" role="status">${state.told?.(words) ?? ''}</p>
        ${inspectorView(stage)}
        ${faultsView(stage)}
      </div>
      <details class="wire-details"><summary>${wording.addWire}</summary>${wireForm(stage)}</details>
      ${listView(stage)}
      <p class="hint editor-hint" id="palette-hint">${wording.paletteHint}</p>
      <p class="hint editor-hint" id="part-hint">${wording.partHint}</p>
    </div>`;
}
