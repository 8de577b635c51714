import { html, type TemplateResult } from 'lit/html.js';
import { fromEvent, type Observable } from 'rxjs';
import { bind, mount } from '../../shared/mount.ts';
import { permit } from '../../shared/permit.ts';
import type { Property } from '../../shared/property.ts';

/** A switch: its knob is where it is wanted, its mark where it is. */
export function toggle(
  control: Property<boolean>,
  label: string,
  actual$: Observable<boolean>,
): TemplateResult {
  return html`
    <label class="toggle" ${bind(HTMLElement, actual$, showActual)}>
      <input type="checkbox" role="switch" ${permit(HTMLInputElement, control)}
        ${bind(HTMLInputElement, control.value$, (box, isOn) => {
          box.checked = isOn ?? false;
        })}
        ${mount(HTMLInputElement, (box) => fromEvent(box, 'change').subscribe(() => control.set(box.checked)))}>
      <span class="name">${label}</span>
    </label>
  `;
}

function showActual(element: HTMLElement, isOn: boolean): void {
  element.dataset.actual = isOn ? 'on' : 'off';
}
