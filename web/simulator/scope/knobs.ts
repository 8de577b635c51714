import { html, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import { HEADER_PINS, type HeaderPin, pinName } from '../header/header-pins.ts';
import { pinStateOf } from '../model/bench.ts';
import type { Scene } from '../scene.ts';
import { TIME_BASES_US } from './time-base.ts';

/** The pins that a probe can be put on, sorted by number. */
const PROBED = HEADER_PINS.flatMap(({ gpio, ...pin }) => (gpio === undefined ? [] : [{ ...pin, gpio }])).sort(
  (one, other) => one.gpio - other.gpio,
);

/** Selects the pin of the first channel. */
export function firstPinKnob(scene: Scene): TemplateResult {
  const { words, choices, actions } = scene;
  const choose = (event: Event) => actions.choose({ gpio: Number(chosenIn(event)) });
  return html`
    <span class="probe"><b aria-hidden="true">1</b>
      <select name="pin" aria-label=${words.say.scopePin} .value=${live(String(choices.gpio))} @change=${choose}>
        ${PROBED.map((pin) => pinOption(pin, choices.gpio, scene))}
      </select></span>`;
}

/** Selects the pin of the second channel, or none. */
export function secondPinKnob(scene: Scene): TemplateResult {
  const { words, choices, actions } = scene;
  const { secondGpio } = choices;
  const choose = (event: Event) => {
    const value = chosenIn(event);
    actions.choose({ secondGpio: value === 'off' ? undefined : Number(value) });
  };
  return html`
    <span class="probe"><b aria-hidden="true">2</b>
      <select name="second-pin" aria-label=${words.say.scopeSecondPin} .value=${live(String(secondGpio ?? 'off'))} @change=${choose}>
        <option value="off" ?selected=${secondGpio === undefined}>${words.say.channelOff}</option>
        ${PROBED.map((pin) => pinOption(pin, secondGpio, scene))}
      </select></span>`;
}

function pinOption(
  pin: HeaderPin & { readonly gpio: number },
  chosen: number | undefined,
  { words, bench }: Scene,
): TemplateResult {
  const mark = pinStateOf(bench, pin.gpio) ? ' •' : '';
  return html`<option value=${pin.gpio} ?selected=${pin.gpio === chosen}>${pinName(pin, words.instrument)}${mark}</option>`;
}

/** Selects the time base. */
export function timeBaseKnob({ words, choices, actions }: Scene): TemplateResult {
  const { say, instrument } = words;
  const choose = (event: Event) => {
    const value = chosenIn(event);
    actions.choose({ timeBase: value === 'auto' ? 'auto' : Number(value) });
  };
  return html`
    <label><span class="roomy">${say.timeBase}</span>
      <select name="time-base" .value=${live(String(choices.timeBase))} @change=${choose}>
        <option value="auto">${say.auto}</option>
        ${TIME_BASES_US.map((us) => html`<option value=${us}>${say.perDivision(instrument.time(us))}</option>`)}
      </select>
    </label>`;
}

function chosenIn({ target }: Event): string {
  return target instanceof HTMLSelectElement ? target.value : '';
}
