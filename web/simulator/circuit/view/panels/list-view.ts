import { html, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { legsOf, type Part, type Wire } from '../../circuit.ts';
import { legName, partName, spotName, wireName } from '../model/names.ts';
import { readingText } from '../model/reading-text.ts';
import type { Stage } from '../stage.ts';

/** All parts and wires on the board, as text. */
export function listView(stage: Stage): TemplateResult {
  const { circuit, words } = stage;
  const { wording } = words;
  return html`
    <details class="parts-list">
      <summary>${wording.list}</summary>
      <h3>${wording.parts}</h3>
      ${
        circuit.parts.length === 0
          ? html`<p class="hint">${wording.noParts}</p>`
          : html`<ul data-list="parts">${repeat(
              circuit.parts,
              ({ id }) => id,
              (part) => partItem(part, stage),
            )}</ul>`
      }
      <h3>${wording.wires}</h3>
      ${
        circuit.wires.length === 0
          ? html`<p class="hint">${wording.noWires}</p>`
          : html`<ul data-list="wires">${repeat(
              circuit.wires,
              ({ id }) => id,
              (wire) => wireItem(wire, stage),
            )}</ul>`
      }
    </details>`;
}

function partItem(part: Part, { circuit, words, analysis, editor }: Stage): TemplateResult {
  const { wording, list } = words;
  const name = partName(part, words);
  const legs = legsOf(part).flatMap(({ leg, terminal }) =>
    terminal ? [wording.legAt(legName(leg, words), spotName(terminal, circuit, words))] : [],
  );
  return html`<li><span><b>${name}</b>: ${readingText(analysis.readings.get(part.id), words)}. ${list(legs)}.</span>
    ${removeButton(name, words, () => editor.remove(part.id))}</li>`;
}

function wireItem(wire: Wire, { circuit, words, editor }: Stage): TemplateResult {
  const name = wireName(wire, circuit, words);
  return html`<li><span>${name}</span> ${removeButton(name, words, () => editor.remove(wire.id))}</li>`;
}

function removeButton(name: string, { wording }: Stage['words'], remove: () => void): TemplateResult {
  return html`<button type="button" aria-label="${wording.remove}: ${name}" @click=${remove}>${wording.remove}</button>`;
}
