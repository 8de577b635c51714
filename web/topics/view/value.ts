import { html, nothing, type TemplateResult } from 'lit';
import type { InspectedMessage } from '../../../hub/core/index.ts';
import {
  binaryNumbers,
  bytesOf,
  hexDump,
  MOST_HEX_BYTES,
  readJson,
  readNumber,
  toBase64,
} from '../model/payload-forms.ts';
import type { Words } from '../words.ts';
import { jsonView, type PlotPath } from './json.ts';

/** How a payload is shown. */
export type ValueForm = 'auto' | 'text' | 'hex' | 'base64' | 'numbers';

export const VALUE_FORMS: readonly ValueForm[] = ['auto', 'text', 'hex', 'base64', 'numbers'];

/** More of a text is left to the export, UTF-16 units. */
const MOST_TEXT = 100_000;

export interface ValueParts {
  readonly words: Words;
  readonly message: InspectedMessage;
  readonly form: ValueForm;
  /** Puts the value, or a field of it, in the chart. */
  readonly plot: PlotPath;
}

/** A payload in one of its forms. */
export function valueView({ words, message, form, plot }: ValueParts): TemplateResult {
  if (message.payload === '') return html`<p class="value empty-value">${words.say.emptyPayload}</p>`;
  switch (form) {
    case 'auto':
      return autoView(words, message, plot);
    case 'text':
      return textView(message.payload ?? words.say.notText);
    case 'hex':
      return hexView(words, bytesOf(message));
    case 'base64':
      return textView(message.base64 ?? toBase64(bytesOf(message)));
    case 'numbers':
      return numbersView(words, bytesOf(message));
  }
}

function autoView(words: Words, message: InspectedMessage, plot: PlotPath): TemplateResult {
  const json = readJson(message.payload);
  if (json) return jsonView(json.value, plot, words);
  if (message.payload === null) return hexView(words, bytesOf(message));
  const number = readNumber(message.payload);
  return html`${textView(message.payload)}
    ${number === undefined ? nothing : html`<button type="button" class="plain plot-it" @click=${() => plot([])}>${words.say.plot}</button>`}`;
}

function textView(text: string): TemplateResult {
  return html`<pre class="value" tabindex="0">${text.slice(0, MOST_TEXT)}${text.length > MOST_TEXT ? '…' : ''}</pre>`;
}

function hexView({ say, number }: Words, bytes: Uint8Array): TemplateResult {
  const rest = bytes.length - MOST_HEX_BYTES;
  return html`<pre class="value hex" tabindex="0">${hexDump(bytes)}</pre>
    ${rest > 0 ? html`<p class="note">${say.moreBytes(number(rest))}</p>` : nothing}`;
}

function numbersView({ say }: Words, bytes: Uint8Array): TemplateResult {
  return html`<table class="numbers">
    <thead><tr><th scope="col">${say.numberType}</th><th scope="col">${say.littleEndian}</th><th scope="col">${say.bigEndian}</th></tr></thead>
    <tbody>${binaryNumbers(bytes).map(
      ({ type, littleEndian, bigEndian }) =>
        html`<tr><th scope="row">${type}</th><td>${littleEndian}</td><td>${bigEndian}</td></tr>`,
    )}</tbody>
  </table>`;
}
