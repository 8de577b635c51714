import { html, type TemplateResult } from 'lit/html.js';
import { fromEvent, type Subscription } from 'rxjs';
import type { Control } from '../../shared/control.ts';
import { bind, mount } from '../../shared/mount.ts';
import { permit } from '../../shared/permit.ts';
import type { Property } from '../../shared/property.ts';
import type { Words } from '../words.ts';
import { called } from './called.ts';

/** The longest text that is sent to a device, characters: its adapter reads no more. */
const LONGEST = 1000;

/** A text box. Nobody else changes the text while it is being typed. Enter and leaving it send it; Enter also sends an unchanged text. */
export function textBox({ say }: Words, control: Property<string>, label: string): TemplateResult {
  return html`
    <span class="box wide">
      <input type="text" autocomplete="off" maxlength=${LONGEST} ${called(label)} enterkeyhint="send" title=${say.send}
        ${permit(HTMLInputElement, control)}
        ${bind(HTMLInputElement, control.value$, show)}
        ${mount(HTMLInputElement, (box) => type(box, control))}>
    </span>
  `;
}

function show(box: HTMLInputElement, value: string | undefined): void {
  box.defaultValue = value ?? '';
  box.value = box.defaultValue;
}

function type(box: HTMLInputElement, control: Control<string>): Subscription {
  const restore = () => {
    box.value = box.defaultValue;
    control.release();
  };
  const commit = () => {
    // An empty payload would clear the topic: there is no empty text.
    if (box.value === '') return restore();
    control.set(box.value);
    box.defaultValue = box.value;
    control.release();
  };
  const keys: Readonly<Record<string, () => void>> = { Enter: commit, Escape: restore };
  const subscription = fromEvent<KeyboardEvent>(box, 'keydown').subscribe(({ key }) => {
    if (Object.hasOwn(keys, key)) keys[key]?.();
  });
  subscription.add(fromEvent(box, 'input').subscribe(control.hold));
  subscription.add(
    fromEvent(box, 'blur').subscribe(() => (box.value === box.defaultValue ? control.release() : commit())),
  );
  return subscription;
}
