import { html, type TemplateResult } from 'lit/html.js';
import { fromEvent } from 'rxjs';
import { bind, mount } from '../../shared/mount.ts';
import { permit } from '../../shared/permit.ts';
import type { Property } from '../../shared/property.ts';

/** A list of numbers to pick from; a wanted value that is none of them is shown with them. */
export function picker(
  control: Property<number>,
  values: readonly number[],
  label: string,
  format: (value: number) => string,
): TemplateResult {
  return html`
    <select aria-label=${label} ${permit(HTMLSelectElement, control)}
      ${bind(HTMLSelectElement, control.value$, (select, value) => showPicked(select, values, value, format))}
      ${mount(HTMLSelectElement, (select) =>
        fromEvent(select, 'change').subscribe(() => control.set(Number(select.value))),
      )}></select>
  `;
}

function showPicked(
  select: HTMLSelectElement,
  values: readonly number[],
  value: number | undefined,
  format: (value: number) => string,
): void {
  const all =
    value === undefined || values.includes(value) ? values : [...values, value].sort((a, b) => a - b);
  if (
    select.options.length !== all.length ||
    !all.every((each, at) => select.options[at]?.value === String(each))
  ) {
    select.replaceChildren(...all.map((each) => new Option(format(each), String(each))));
  }
  select.value = String(value ?? '');
}

export interface ChoiceParts {
  readonly legend: string;
  /** Tells this choice from all others on the page. */
  readonly group: string;
  readonly options: readonly { readonly value: string; readonly label: string }[];
}

/** A few words of which one holds. */
export function choice(control: Property<string>, { legend, group, options }: ChoiceParts): TemplateResult {
  return html`
    <fieldset class="setting choice">
      <legend class="name">${legend}</legend>
      <span class="choices">
        ${options.map(
          ({ value, label }) => html`
            <label>
              <input type="radio" name=${group} value=${value} ${permit(HTMLInputElement, control)}
                ${bind(HTMLInputElement, control.value$, (radio, wanted) => {
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
