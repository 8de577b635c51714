import { html, nothing, type TemplateResult } from 'lit';
import type { Words } from '../words.ts';

/** Puts a field in the chart, by the names that lead to it. */
export type PlotPath = (path: readonly string[]) => void;

/** Deeper levels are folded at first. Of longer lists only the beginning is shown. */
const OPEN_DEPTH = 3;
const MOST_ENTRIES = 200;

interface Place {
  readonly path: readonly string[];
  readonly plot: PlotPath;
  readonly words: Words;
}

/** A JSON value, colored, and folded where it is deep. */
export function jsonView(value: unknown, plot: PlotPath, words: Words): TemplateResult {
  return html`<div class="value json">${nodeView(value, undefined, { path: [], plot, words })}</div>`;
}

function nodeView(value: unknown, name: string | undefined, place: Place): TemplateResult {
  const key = name === undefined ? nothing : html`<span class="json-key">${name}</span>: `;
  if (typeof value !== 'object' || value === null)
    return html`<div class="json-leaf">${key}${leafView(value, place)}</div>`;
  const entries = Object.entries(value);
  const [opening, closing] = Array.isArray(value) ? '[]' : '{}';
  if (entries.length === 0) return html`<div class="json-leaf">${key}${opening}${closing}</div>`;
  const shown = entries.slice(0, MOST_ENTRIES);
  return html`<details class="json-node" ?open=${place.path.length < OPEN_DEPTH}>
    <summary>${key}${opening}<span class="json-count">${entries.length}</span>${closing}</summary>
    ${shown.map(([inner, child]) => nodeView(child, inner, { ...place, path: [...place.path, inner] }))}
    ${entries.length > MOST_ENTRIES ? html`<div class="json-leaf">…</div>` : nothing}
  </details>`;
}

function leafView(value: unknown, { path, plot, words }: Place): TemplateResult {
  const type = value === null ? 'null' : typeof value;
  const text = html`<span class="json-${type}">${JSON.stringify(value)}</span>`;
  if (type !== 'number' && type !== 'boolean') return text;
  const label = words.say.plotField(path.join('.'));
  return html`${text} <button type="button" class="plot-field" aria-label=${label} title=${label} @click=${() => plot(path)}>⤴</button>`;
}
