import { html, type TemplateResult } from 'lit';
import type { Fault } from '../../fault.ts';
import { faultText } from '../model/fault-text.ts';
import type { Stage } from '../stage.ts';

/** The faults of the circuit, the most serious first, each with a link to the part. */
export function faultsView(stage: Stage): TemplateResult {
  const { analysis, words } = stage;
  const { wording } = words;
  const count = analysis.faults.length;
  return html`
    <section class="faults" aria-labelledby="faults-title">
      <h3 id="faults-title" class="roomy">${wording.faults}</h3>
      <p class="hint ${count === 0 ? '' : 'unseen'}" role="status">${count === 0 ? wording.noFaults : wording.faultCount(words.instrument.number(count))}</p>
      ${count === 0 ? '' : html`<ul>${analysis.faults.map((fault, index) => faultItem(fault, index, stage))}</ul>`}
    </section>`;
}

function faultItem(fault: Fault, index: number, { circuit, words, editor, state }: Stage): TemplateResult {
  const text = html`<b>${words.wording.severities[fault.severity]}:</b> ${faultText(fault, circuit, words)}`;
  const [shown] = [...fault.parts, ...fault.wires];
  return html`<li class=${fault.severity} id="fault-${index}" data-fault=${fault.code}>
    ${shown === undefined ? html`<p>${text}</p>` : html`<button type="button" class=${state.selected === shown ? 'whole' : ''} @click=${() => editor.select(shown)}>${text}</button>`}</li>`;
}
