import { html, type TemplateResult } from 'lit/html.js';
import { fromEvent } from 'rxjs';
import { bind, mount } from '../../shared/mount.ts';
import { permit } from '../../shared/permit.ts';
import type { Property } from '../../shared/property.ts';
import { wantedOrActual } from '../model/wanted-or-actual.ts';
import { called } from './called.ts';

/** The browser's own dialog for a color by its numbers, `#rrggbb`. It shows black if no color is known. */
export function colorInput(property: Property<string>, label: string): TemplateResult {
  return html`
    <input type="color" ${called(label)} ${permit(HTMLInputElement, property)}
      ${bind(HTMLInputElement, wantedOrActual(property.value$, property.actual$), (input, value) => {
        input.value = value ?? '#000000';
      })}
      ${mount(HTMLInputElement, (input) => fromEvent(input, 'input').subscribe(() => property.set(input.value)))}>
  `;
}
