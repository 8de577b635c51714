import { classMap } from 'lit/directives/class-map.js';
import { repeat } from 'lit/directives/repeat.js';
import { html, nothing, type TemplateResult } from 'lit/html.js';
import type { HeldRow } from '../model/hold-still.ts';
import type { List, ListState } from '../model/list.ts';
import type { Words } from '../words.ts';

export interface Column<T> {
  readonly label: string;
  readonly cell: (row: T) => unknown;
  /** Numbers are aligned to the right. */
  readonly isNumber?: boolean;
}

/** An action on a row. */
export interface RowAction {
  readonly label: string;
  /** The label for screen readers, with the name of the row. */
  readonly about: string;
  readonly act: () => void;
}

interface TableParts<T> {
  readonly caption: string;
  readonly columns: readonly Column<T>[];
  readonly rows: readonly HeldRow<T>[];
  readonly actions?: (row: T) => readonly RowAction[];
  readonly hold?: (isHeld: boolean) => void;
}

/** A table; on a phone each row is a card. The roles are named because the styles of the cards would remove them. */
export function table<T>(
  words: Words,
  { caption, columns, rows, actions, hold }: TableParts<T>,
): TemplateResult {
  const head = (label: string, isNumber = false) =>
    html`<th role="columnheader" scope="col" class=${classMap({ number: isNumber })}>${label}</th>`;
  return html`
    <table role="table" class="list" aria-label=${caption}
      @pointerenter=${() => hold?.(true)} @pointerleave=${() => hold?.(false)}>
      <thead role="rowgroup"><tr role="row">
        ${columns.map(({ label, isNumber }) => head(label, isNumber))}
        ${actions ? html`<th role="columnheader" scope="col" class="row-actions">${words.say.actions}</th>` : nothing}
      </tr></thead>
      <tbody role="rowgroup">${repeat(
        rows,
        ({ key }) => key,
        (held) => rowView(held, columns, actions),
      )}</tbody>
    </table>`;
}

function rowView<T>(
  { key, row, isGone }: HeldRow<T>,
  columns: readonly Column<T>[],
  actions: TableParts<T>['actions'],
): TemplateResult {
  return html`<tr role="row" data-key=${key} ?data-gone=${isGone}>
    ${columns.map(
      ({ label, cell, isNumber = false }) =>
        html`<td role="cell" data-label=${label} class=${classMap({ number: isNumber })}><span>${cell(row)}</span></td>`,
    )}
    ${
      actions
        ? html`<td role="cell" class="row-actions">${actions(row).map(
            ({ label, about, act }) =>
              html`<button type="button" class="small" aria-label=${about} ?disabled=${isGone} @click=${act}>${label}</button>`,
          )}</td>`
        : nothing
    }
  </tr>`;
}

interface ListParts<T> extends Omit<TableParts<T>, 'rows' | 'hold'> {
  readonly list: List<T>;
  readonly state: ListState<T>;
  /** The text that replaces an empty list. */
  readonly empty: string;
  /** The label of the search; without it there is no search. */
  readonly search?: string;
  /** Stands beside the search. */
  readonly tools?: unknown;
}

/** A list with its search, its pages and its table. */
export function listView<T>(
  words: Words,
  { list, state, empty, search, tools, ...parts }: ListParts<T>,
): TemplateResult {
  const { page, rows } = state;
  return html`
    <div class="tools">
      ${search === undefined ? nothing : searchBox(search, state.wanted.text, list)}
      ${tools ?? nothing}
      <p class="count">${page ? countText(words, state) : nothing}</p>
    </div>
    ${faultView(words, state)}
    ${page && rows.length === 0 ? html`<p class="nothing">${empty}</p>` : nothing}
    ${rows.length > 0 ? table(words, { ...parts, rows, hold: (isHeld) => list.hold(isHeld) }) : nothing}
    ${pagesView(words, list, state)}`;
}

function searchBox<T>(label: string, text: string, list: List<T>): TemplateResult {
  const onInput = ({ target }: Event) => target instanceof HTMLInputElement && list.search(target.value);
  return html`<label class="search"><span>${label}</span>
    <input type="search" autocomplete="off" autocapitalize="none" spellcheck="false" .value=${text} @input=${onInput}></label>`;
}

/** How many entries there are, on which page one is, and how many rows wait. */
function countText<T>({ say, number }: Words, { page, waiting, wanted }: ListState<T>): string {
  const all = say.count(number(page?.count ?? 0), wanted.trail.length + 1);
  return waiting > 0 ? `${all} · ${say.waiting(number(waiting))}` : all;
}

export function faultView(
  { say, faults }: Words,
  { error }: { readonly error: { code: string; message: string } | undefined },
) {
  if (!error) return nothing;
  const known: Readonly<Record<string, string>> = faults;
  return html`<p class="fault" role="alert">${say.notLoaded} ${known[error.code] ?? error.message}</p>`;
}

function pagesView<T>({ say }: Words, list: List<T>, { wanted, page }: ListState<T>) {
  if (wanted.trail.length === 0 && page?.next === undefined) return nothing;
  return html`<div class="pages">
    <button type="button" class="plain" ?disabled=${wanted.trail.length === 0} @click=${() => list.back()}>${say.before}</button>
    <button type="button" class="plain" ?disabled=${page?.next === undefined} @click=${() => list.next()}>${say.further}</button>
  </div>`;
}
