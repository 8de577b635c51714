import { html, nothing, type TemplateResult } from 'lit/html.js';
import { fromEvent, type Observable } from 'rxjs';
import { bind, mount } from '../../shared/mount.ts';
import { permit } from '../../shared/permit.ts';
import type { Property } from '../../shared/property.ts';
import { wantedOrActual } from '../model/wanted-or-actual.ts';
import { called } from './called.ts';

/** The text beside a switch, or its name for screen readers if there is no text. */
export type ToggleName = { readonly text: string } | { readonly label: string };

/** A switch: its knob shows the wanted value, the light in its groove the actual one. */
export function toggle(
  control: Property<boolean>,
  name: ToggleName,
  actual$: Observable<boolean | undefined>,
): TemplateResult {
  const label = 'label' in name ? name.label : name.text;
  return html`
    <label class="on-off" ${bind(HTMLElement, actual$, showActual)}>
      <input type="checkbox" role="switch" ${called(label)} ${permit(HTMLInputElement, control)}
        ${bind(HTMLInputElement, wantedOrActual(control.value$, actual$), (box, isOn) => {
          box.checked = isOn ?? false;
        })}
        ${mount(HTMLInputElement, (box) => fromEvent(box, 'change').subscribe(() => control.set(box.checked)))}>
      ${'text' in name ? html`<span class="name">${name.text}</span>` : nothing}
    </label>
  `;
}

function showActual(element: HTMLElement, isOn: boolean | undefined): void {
  if (isOn === undefined) delete element.dataset.actual;
  else element.dataset.actual = isOn ? 'on' : 'off';
}
