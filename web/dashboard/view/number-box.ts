import { html, nothing, type TemplateResult } from 'lit/html.js';
import { BehaviorSubject, fromEvent, map, type Subscription } from 'rxjs';
import type { Range } from '../../../devices/facts/range.ts';
import type { Control } from '../../shared/control.ts';
import { bind, mount } from '../../shared/mount.ts';
import { readEntry } from '../../shared/number-entry.ts';
import { permit } from '../../shared/permit.ts';
import type { Settable } from '../../shared/property.ts';
import { watch } from '../../shared/watch.ts';
import type { Words } from '../words.ts';
import { called } from './called.ts';

export interface NumberBoxParts {
  readonly label: string;
  /** Default: any number up to `max`. */
  readonly min?: number;
  /** Default: any number from `min` on. */
  readonly max?: number;
  /** The step of the arrow keys. */
  readonly step: number;
  readonly unit: string;
  /** How many digits after the decimal mark are shown. Default 2. */
  readonly digits?: number;
}

/**
 * A box to type a number, with a decimal point or comma. While it is being typed, nobody else changes it. Enter always sends it, even if it is
 * unchanged. A text that is not a number, or is out of range, is refused with the reason, and stays to be corrected until somebody else sets a value.
 */
export function numberBox(words: Words, control: Settable<number>, parts: NumberBoxParts): TemplateResult {
  const fault$ = new BehaviorSubject('');
  const written = (value: number) => words.plainNumber(value, parts.digits ?? 2);
  const show = (box: TypedBox, value: number | undefined) => {
    fault$.next('');
    box.defaultValue = value === undefined ? '' : written(value);
    box.value = box.defaultValue;
    if (value !== undefined) box.setAttribute('aria-valuenow', String(value));
  };
  return html`
    <span class="box">
      <input type="text" inputmode="decimal" role="spinbutton" autocomplete="off" ${called(parts.label)}
        aria-valuemin=${parts.min ?? nothing} aria-valuemax=${parts.max ?? nothing}
        aria-invalid=${watch(fault$.pipe(map((fault) => String(fault !== ''))))} ${permit(HTMLInputElement, control)}
        ${bind(HTMLInputElement, control.value$, show)}
        ${mount(HTMLInputElement, (box) => typeNumber(box, { words, control, parts, show, tell: (fault) => fault$.next(fault) }))}>
      <span class="unit" aria-hidden="true">${parts.unit}</span>
      <span class="box-fault" role="alert">${watch(fault$)}</span>
    </span>
  `;
}

/** The members of an `<input>` that typing needs. */
export type TypedBox = EventTarget & Pick<HTMLInputElement, 'value' | 'defaultValue' | 'setAttribute'>;

export interface Typing {
  readonly words: Words;
  readonly control: Control<number>;
  readonly parts: NumberBoxParts;
  readonly show: (box: TypedBox, value: number) => void;
  /** Shows the person what is wrong; an empty text clears that. */
  readonly tell: (fault: string) => void;
}

/** Lets a person type a number for a control. */
export function typeNumber(box: TypedBox, { words, control, parts, show, tell }: Typing): Subscription {
  const { min = -Infinity, max = Infinity, unit, step } = parts;
  const enter = (value: number) => {
    control.set(value);
    show(box, value); // Even if the control had that value already, and so has nothing new to show.
    control.release();
  };
  const restore = () => {
    tell('');
    box.value = box.defaultValue;
    control.release();
  };
  const commit = () => {
    if (box.value.trim() === '') return restore();
    const { value, fault } = readEntry(box.value, unit, { min, max });
    if (fault === undefined) return enter(value);
    tell(fault === 'no-number' ? words.say.noNumber : rangeOf(words, { ...parts, min, max }));
  };
  const nudge = (by: number) => {
    const { value } = readEntry(box.value, unit, { min: -Infinity, max: Infinity });
    if (value !== undefined) enter(Math.min(Math.max(Number((value + by).toFixed(3)), min), max));
  };
  const keys: Readonly<Record<string, () => void>> = {
    Enter: commit,
    Escape: restore,
    ArrowUp: () => nudge(step),
    ArrowDown: () => nudge(-step),
  };
  const subscription = fromEvent<KeyboardEvent>(box, 'keydown').subscribe((event) => {
    const act = Object.hasOwn(keys, event.key) ? keys[event.key] : undefined;
    if (!act) return;
    event.preventDefault();
    act();
  });
  subscription.add(fromEvent(box, 'input').subscribe(control.hold));
  subscription.add(
    fromEvent(box, 'blur').subscribe(() => {
      if (box.value === box.defaultValue) return restore();
      commit();
      control.release(); // Also after a fault: others may set the value again.
    }),
  );
  return subscription;
}

function rangeOf({ say, plainNumber }: Words, { min, max, unit }: NumberBoxParts & Range): string {
  const withUnit = (value: number) => `${plainNumber(value)} ${unit}`.trim();
  if (min === -Infinity) return say.atMost(withUnit(max));
  return max === Infinity ? say.atLeast(withUnit(min)) : say.outOfRange(plainNumber(min), withUnit(max));
}
