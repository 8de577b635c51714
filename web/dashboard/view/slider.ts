import { html, nothing, type TemplateResult } from 'lit/html.js';
import { finalize, fromEvent, map, merge, type Observable, switchMap, take } from 'rxjs';
import type { Control } from '../../shared/control.ts';
import { bind, mount } from '../../shared/mount.ts';
import { permit } from '../../shared/permit.ts';
import type { Property } from '../../shared/property.ts';
import { watch } from '../../shared/watch.ts';
import type { Words } from '../words.ts';
import { repeatWhileHeld } from './press.ts';

export interface SliderParts {
  readonly label: string;
  /** The number box's own label: what is entered, and its unit. */
  readonly boxLabel: string;
  readonly unit: string;
  readonly min: number;
  readonly max: number;
  readonly actual$: Observable<number>;
}

/** The value in large figures, to be typed over, and beneath it a native range with − and + and a mark where the actual value is. */
export function slider(words: Words, control: Property<number>, parts: SliderParts): TemplateResult {
  const { min, max, unit, label } = parts;
  const spoken = (value: number) => words.measure(value, unit);
  const nudge = (by: number) => () => adjust(control, (value) => clamp(value + by, min, max));
  const share = (value: number) => (clamp(value, min, max) - min) / (max - min);
  return html`
    <p class="figure">
      ${numberBox(control, { label: parts.boxLabel, min, max, step: 0.1, unit })}
      <span class="actual">${words.say.actual} <b>${watch(parts.actual$.pipe(map(spoken)))}</b></span>
    </p>
    <div class="slider">
      <button type="button" class="nudge" aria-label=${words.say.lower} ${permit(HTMLButtonElement, control)}
        ${mount(HTMLButtonElement, (button) => repeatWhileHeld(button, nudge(-1)))}>−</button>
      <span class="track" ?data-two-way=${min < 0} ${bind(HTMLElement, parts.actual$.pipe(map(share)), showActual)}>
        <input type="range" min=${min} max=${max} step="1" aria-label=${label} ${permit(HTMLInputElement, control)}
          ${bind(HTMLInputElement, control.value$, (range, value) => showRange(range, value ?? min, spoken))}
          ${mount(HTMLInputElement, (range) => drag(range, control))}>
        <span class="ghost" aria-hidden="true"></span>
      </span>
      <button type="button" class="nudge" aria-label=${words.say.raise} ${permit(HTMLButtonElement, control)}
        ${mount(HTMLButtonElement, (button) => repeatWhileHeld(button, nudge(1)))}>+</button>
    </div>
  `;
}

export interface NumberBoxParts {
  readonly label: string;
  readonly min: number;
  readonly max?: number;
  readonly step: number;
  readonly unit: string;
}

/** A number to be typed. While it is being typed, nobody else changes it. */
export function numberBox(control: Property<number>, parts: NumberBoxParts): TemplateResult {
  return html`
    <span class="box">
      <input type="number" inputmode="decimal" min=${parts.min} max=${parts.max ?? nothing} step=${parts.step}
        aria-label=${parts.label} ${permit(HTMLInputElement, control)}
        ${bind(HTMLInputElement, control.value$, showNumber)}
        ${mount(HTMLInputElement, (box) => type(box, control, parts))}>
      <span class="unit" aria-hidden="true">${parts.unit}</span>
    </span>
  `;
}

/** The thumb follows the hand, and holds off everyone else until it lets go, wherever that is. */
function drag(range: HTMLInputElement, control: Control<number>) {
  const letGo$ = merge(fromEvent(window, 'pointerup'), fromEvent(window, 'pointercancel'));
  const drags$ = fromEvent(range, 'pointerdown').pipe(
    switchMap(() => {
      control.hold();
      return letGo$.pipe(take(1), finalize(control.release));
    }),
  );
  const subscription = drags$.subscribe();
  subscription.add(fromEvent(range, 'input').subscribe(() => control.set(range.valueAsNumber)));
  return subscription;
}

function type(box: HTMLInputElement, control: Control<number>, { min, max = Infinity }: NumberBoxParts) {
  const enter = (value: number) => {
    control.set(value);
    // Also where the control had that value already, and so has nothing new to show.
    showNumber(box, value);
  };
  const subscription = fromEvent(box, 'input').subscribe(control.hold);
  subscription.add(
    fromEvent(box, 'change').subscribe(() => {
      if (Number.isNaN(box.valueAsNumber)) box.value = box.defaultValue;
      else enter(clamp(box.valueAsNumber, min, max));
      control.release();
    }),
  );
  subscription.add(fromEvent(box, 'blur').subscribe(control.release));
  return subscription;
}

function adjust(control: Control<number>, next: (value: number) => number): void {
  control.value$.pipe(take(1)).subscribe((value) => control.set(next(value ?? 0)));
}

function showRange(range: HTMLInputElement, value: number, spoken: (value: number) => string): void {
  range.value = String(value);
  range.setAttribute('aria-valuetext', spoken(value));
}

function showNumber(box: HTMLInputElement, value: number | undefined): void {
  box.defaultValue = value === undefined ? '' : String(Number(value.toFixed(2)));
  box.value = box.defaultValue;
}

function showActual(track: HTMLElement, share: number): void {
  track.style.setProperty('--actual', share.toFixed(4));
  track.toggleAttribute('data-actual', true);
}

function clamp(value: number, min: number, max: number): number {
  return Math.min(Math.max(value, min), max);
}
