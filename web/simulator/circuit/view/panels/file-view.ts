import { html, svg, type TemplateResult } from 'lit';
import { saveFile } from '../../../../shared/save-file.ts';
import { qrPath } from '../../../../shared/share/share.ts';
import type { Circuit } from '../../circuit.ts';
import { writeCircuit } from '../../circuit-json.ts';
import { EXAMPLES, type Example } from '../../examples.ts';
import { circuitName } from '../model/names.ts';
import type { Stage } from '../stage.ts';

/** The saved circuits, and examples. */
export function openView(stage: Stage): TemplateResult {
  const { saved, words } = stage;
  const { wording } = words;
  const readable = [...saved].flatMap(([name, read]) => (read.ok ? [{ name, circuit: read.circuit }] : []));
  return html`
    <div class="drawer" role="group" aria-label=${wording.open}>
      ${readable.length === 0 ? html`<p class="hint roomy">${wording.nothingSaved}</p>` : html`<ul data-list="saved">${readable.map((one) => savedView(one, stage))}</ul>`}
      <h3 class="roomy">${wording.examples}</h3>
      <ul data-list="examples">${EXAMPLES.map((example) => exampleView(example, stage))}</ul>
    </div>`;
}

interface Saved {
  readonly name: string;
  readonly circuit: Circuit;
}

function savedView({ name, circuit }: Saved, { shelf, editor, words }: Stage): TemplateResult {
  const { wording } = words;
  return html`<li>
    <button type="button" aria-label=${wording.openOne(name)} @click=${() => openOne(circuit, editor)}>${name}</button>
    <button type="button" class="tool" aria-label=${wording.forget(name)} title=${wording.forget(name)} @click=${() => shelf.remove(name)}>×</button></li>`;
}

function exampleView({ key, circuit }: Example, { editor, words }: Stage): TemplateResult {
  const name = words.wording.exampleNames[key];
  return html`<li><button type="button" data-example=${key} aria-label=${words.wording.openOne(name)}
    @click=${() => openOne({ ...circuit, name }, editor)}>${name}</button></li>`;
}

function openOne(circuit: Circuit, editor: Stage['editor']): void {
  editor.open(circuit, (words) => words.wording.opened(circuitName(circuit, words)));
}

/** A link to the current circuit, its QR code, and the circuit as a file, which a teacher hands out. */
export function shareView({ link, circuit, editor, words }: Stage): TemplateResult {
  const { wording } = words;
  if (link === '') return html`<p class="hint">…</p>`;
  // Browsers have a clipboard for pages only over HTTPS, or on the hub's own machine.
  const clipboard: Clipboard | undefined = navigator.clipboard;
  const copy = () =>
    void clipboard?.writeText(link).then(() => editor.tell((spoken) => spoken.wording.copied));
  const toFile = () =>
    saveFile(`${circuit.name.replace(/[^\p{L}\p{N}]+/gu, '-') || 'circuit'}.json`, writeCircuit(circuit));
  return html`
    <div class="drawer share-circuit" role="group" aria-label=${wording.share}>
      ${qrView(link, wording.shareCode)}
      <div><p>${wording.shareText}</p>
        <p class="link"><a href=${link}>${link}</a></p>
        ${clipboard ? html`<button type="button" data-tool="copy" @click=${copy}>${wording.copy}</button>` : ''}
        <button type="button" data-tool="file" @click=${toFile}>${wording.toFile}</button></div>
    </div>`;
}

function qrView(link: string, label: string): TemplateResult {
  const { side, path } = qrPath(link);
  return html`<svg class="share-qr" role="img" aria-label=${label} viewBox="0 0 ${side} ${side}" shape-rendering="crispEdges">
    ${svg`<rect width=${side} height=${side} fill="#fff"></rect><path d=${path} fill="#000"></path>`}
  </svg>`;
}
