import { html, type TemplateResult } from 'lit/html.js';
import { distinctUntilChanged, map } from 'rxjs';
import { permit } from '../../shared/permit.ts';
import { watch } from '../../shared/watch.ts';
import type { Color } from '../model/color.ts';
import type { Words } from '../words.ts';
import { called } from './called.ts';
import { colorInput } from './color-input.ts';
import { colorWheel } from './color-wheel.ts';
import { NO_VALUE } from './no-value.ts';
import { slider } from './slider.ts';

/** Colors to choose with one touch, as `#rrggbb`. */
const PRESETS = {
  white: '#ffffff',
  warm: '#ffb347',
  red: '#ff0000',
  orange: '#ff8000',
  yellow: '#ffff00',
  green: '#00ff00',
  cyan: '#00ffff',
  blue: '#0000ff',
  violet: '#8000ff',
  pink: '#ff0080',
} as const;

export type Preset = keyof typeof PRESETS;

/** A wheel, presets, a brightness, and a switch between off and the color before. */
export function colorEntry(words: Words, color: Color): TemplateResult {
  const { say } = words;
  return html`
    <div class="color-entry">
      ${colorWheel(words, color)}
      <div class="color-picks">
        <span class="presets" role="group" aria-label=${say.presets}>
          ${(Object.keys(PRESETS) as Preset[]).map((name) => preset(words, color, name))}
        </span>
        ${exactColor(words, color)}
        ${offSwitch(words, color)}
      </div>
      <div class="color-brightness">
        <p class="brightness-name">${say.brightness}</p>
        ${slider(words, color.brightness, {
          label: say.brightness,
          boxLabel: say.brightnessBox,
          unit: '%',
          min: 0,
          max: 100,
          actual$: color.actualBrightness$,
        })}
      </div>
    </div>
  `;
}

function preset({ say }: Words, color: Color, name: Preset): TemplateResult {
  const choose = () => color.set(PRESETS[name]);
  return html`<button type="button" class="preset" style="--preset: ${PRESETS[name]}" title=${say.colors[name]}
    ${called(say.colors[name])} @click=${choose} ${permit(HTMLButtonElement, color.property)}></button>`;
}

/** A color by its numbers. */
function exactColor({ say }: Words, { property }: Color): TemplateResult {
  return html`
    <label class="color">
      ${colorInput(property, say.color)}
      <span>${watch(property.value$.pipe(map((value) => value ?? NO_VALUE)))}</span>
      <span class="actual">${say.actual} <b>${watch(property.reading$.pipe(map((value) => value ?? NO_VALUE)))}</b></span>
    </label>
  `;
}

function offSwitch({ say }: Words, color: Color): TemplateResult {
  const isOff$ = color.wanted$.pipe(
    map(({ value }) => value === 0),
    distinctUntilChanged(),
  );
  const button$ = isOff$.pipe(
    map((isOff) => {
      const turn = isOff ? color.turnOn : color.turnOff;
      const label = isOff ? say.turnOn : say.turnOff;
      return html`<button type="button" class="off" @click=${turn} ${called(label)} ${permit(HTMLButtonElement, color.property)}>${label}</button>`;
    }),
  );
  return html`${watch(button$)}`;
}
