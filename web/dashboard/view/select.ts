import { html, type TemplateResult } from 'lit/html.js';
import { fromEvent } from 'rxjs';
import { bind, mount } from '../../shared/mount.ts';
import { permit } from '../../shared/permit.ts';
import type { Property } from '../../shared/property.ts';
import { wantedOrActual } from '../model/wanted-or-actual.ts';
import { called } from './called.ts';

/** A list of numbers to pick from; if the wanted value is not one of them, it is shown with them. */
export function picker(
  control: Property<number>,
  values: readonly number[],
  label: string,
  format: (value: number) => string,
): TemplateResult {
  const options = (value: number | undefined) =>
    withWanted(values, value)
      .toSorted((one, other) => one - other)
      .map((each) => new Option(format(each), String(each)));
  return list(control, label, { options, read: Number });
}

/** A list of words to pick from; if the wanted word is not one of them, it is shown after them. */
export function wordPicker(
  control: Property<string>,
  values: readonly string[],
  label: string,
): TemplateResult {
  const options = (value: string | undefined) =>
    withWanted(values, value).map((each) => new Option(each, each));
  return list(control, label, { options, read: String });
}

interface ListParts<T> {
  /** The options to list while this value is wanted. */
  readonly options: (wanted: T | undefined) => readonly HTMLOptionElement[];
  readonly read: (text: string) => T;
}

function list<T>(control: Property<T>, label: string, { options, read }: ListParts<T>): TemplateResult {
  return html`
    <select ${called(label)} ${permit(HTMLSelectElement, control)}
      ${bind(HTMLSelectElement, wantedOrActual(control.value$, control.actual$), (select, value) => showPicked(select, options(value), value))}
      ${mount(HTMLSelectElement, (select) =>
        fromEvent(select, 'change').subscribe(() => control.set(read(select.value))),
      )}></select>
  `;
}

function withWanted<T>(values: readonly T[], value: T | undefined): readonly T[] {
  return value === undefined || values.includes(value) ? values : [...values, value];
}

function showPicked(select: HTMLSelectElement, options: readonly HTMLOptionElement[], value: unknown): void {
  const isShown =
    select.options.length === options.length &&
    options.every((each, at) => select.options[at]?.value === each.value);
  if (!isShown) select.replaceChildren(...options);
  select.value = String(value ?? '');
}

export interface ChoiceParts {
  readonly legend: string;
  /** Distinguishes this choice from all others on the page. */
  readonly group: string;
  readonly options: readonly { readonly value: string; readonly label: string }[];
}

/** A group of radio buttons with a word each. */
export function choice(control: Property<string>, { legend, group, options }: ChoiceParts): TemplateResult {
  const shown$ = wantedOrActual(control.value$, control.actual$);
  return html`
    <fieldset class="setting choice">
      <legend class="name">${legend}</legend>
      <span class="choices">
        ${options.map(
          ({ value, label }) => html`
            <label>
              <input type="radio" name=${group} value=${value} ${called(`${label}, ${legend}`)} ${permit(HTMLInputElement, control)}
                ${bind(HTMLInputElement, shown$, (radio, wanted) => {
                  radio.checked = wanted === value;
                })}
                ${mount(HTMLInputElement, (radio) => fromEvent(radio, 'change').subscribe(() => control.set(value)))}>
              <span>${label}</span>
            </label>
          `,
        )}
      </span>
    </fieldset>
  `;
}
