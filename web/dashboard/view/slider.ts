import { html, type TemplateResult } from 'lit/html.js';
import { map, type Observable, startWith, take } from 'rxjs';
import { clamp } from '../../../devices/facts/range.ts';
import { bind, mount } from '../../shared/mount.ts';
import { permit } from '../../shared/permit.ts';
import type { Settable } from '../../shared/property.ts';
import { READABLE } from '../../shared/watch.ts';
import { wantedOrActual } from '../model/wanted-or-actual.ts';
import type { Words } from '../words.ts';
import { called } from './called.ts';
import { drag } from './drag.ts';
import { NO_VALUE } from './no-value.ts';
import { numberBox } from './number-box.ts';
import { repeatWhileHeld } from './press.ts';

export interface SliderParts {
  readonly label: string;
  /** The number box's own label: what is entered, and its unit. */
  readonly boxLabel: string;
  readonly unit: string;
  readonly min: number;
  readonly max: number;
  /** The step of − and + and of the arrow keys. Default 1, and 0.1 in the number box. */
  readonly step?: number;
  /** How many digits after the decimal mark are shown. Default 1, and 2 in the number box. */
  readonly digits?: number;
  /** `undefined` while there is none. */
  readonly actual$: Observable<number | undefined>;
}

/** The value in large figures, which can be typed over, and below it a native range with − and + and a mark at the actual value. */
export function slider(words: Words, control: Settable<number>, parts: SliderParts): TemplateResult {
  const { min, max, unit, step = 1, digits } = parts;
  const shown$ = wantedOrActual(control.value$, parts.actual$);
  const nudge = (by: number) => () =>
    shown$.pipe(take(1)).subscribe((value = 0) => control.set(clamp(parts, value + by)));
  const nudgeLabel = (say: (step: string) => string) => `${say(words.number(step, 3))}, ${parts.label}`;
  const actual$ = parts.actual$.pipe(
    map((value) => (value === undefined ? NO_VALUE : words.measure(value, unit, digits))),
    startWith(NO_VALUE), // Not written into the element below: it would take the place of what lit keeps there.
  );
  return html`
    <p class="figure slider-figure">
      ${numberBox(words, control, {
        label: parts.boxLabel,
        min,
        max,
        step: parts.step ?? 0.1,
        unit,
        ...(digits !== undefined && { digits }),
      })}
      <span class="actual">${words.say.actual} <b ${bind(HTMLElement, actual$, showText, READABLE)}></b></span>
    </p>
    <div class="slider">
      <button type="button" class="nudge" ${called(nudgeLabel(words.say.lowerBy))} ${permit(HTMLButtonElement, control)}
        ${mount(HTMLButtonElement, (button) => repeatWhileHeld(button, nudge(-step)))}>−</button>
      ${track(words, control, parts)}
      <button type="button" class="nudge" ${called(nudgeLabel(words.say.raiseBy))} ${permit(HTMLButtonElement, control)}
        ${mount(HTMLButtonElement, (button) => repeatWhileHeld(button, nudge(step)))}>+</button>
    </div>
  `;
}

export type TrackParts = Omit<SliderParts, 'boxLabel'>;

/** The range alone, with its mark. */
export function track(words: Words, control: Settable<number>, parts: TrackParts): TemplateResult {
  const { min, max, unit, label, step = 1, digits } = parts;
  const spoken = (value: number) => words.measure(value, unit, digits);
  const share$ = parts.actual$.pipe(
    map((value) => (value === undefined ? undefined : (clamp(parts, value) - min) / (max - min))),
  );
  return html`
    <span class="track" ?data-two-way=${min < 0} ${bind(HTMLElement, share$, showActual)}>
      <span class="groove" aria-hidden="true"><span class="fill"></span></span>
      <input type="range" min=${min} max=${max} step=${step} ${called(label)} ${permit(HTMLInputElement, control)}
        ${bind(HTMLInputElement, wantedOrActual(control.value$, parts.actual$), (range, value) => showRange(range, value ?? min, spoken))}
        ${mount(HTMLInputElement, (range) => drag(range, control))}>
      <span class="ghost-way" aria-hidden="true"><span class="ghost"></span></span>
    </span>
  `;
}

function showText(element: HTMLElement, text: string): void {
  element.textContent = text;
}

function showRange(range: HTMLInputElement, value: number, spoken: (value: number) => string): void {
  range.value = String(value);
  range.setAttribute('aria-valuetext', spoken(value));
}

/** Only transforms change with the value: no layout, nothing painted. */
function showActual(track: HTMLElement, share: number | undefined): void {
  track.toggleAttribute('data-actual', share !== undefined);
  if (share === undefined) return;
  const [fill, ghost] = ['.fill', '.ghost'].map((part) => track.querySelector<HTMLElement>(part));
  const isTwoWay = track.hasAttribute('data-two-way');
  fill?.style.setProperty('transform', `scaleX(${(isTwoWay ? share * 2 - 1 : share).toFixed(4)})`);
  ghost?.style.setProperty('transform', `translateX(${(share * 100).toFixed(2)}%)`);
}
