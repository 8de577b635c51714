import './screen.ts';
import { html, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import { HEADER_PINS, pinName } from '../header/header-pins.ts';
import { pinStateOf } from '../model/bench.ts';
import type { Scene } from '../scene.ts';
import type { Words } from '../words.ts';
import { describeWave } from './describe.ts';
import type { Picture } from './paint.ts';
import { TIME_BASES_US, usPerDivision } from './time-base.ts';
import { dutyPercentOf, type Wave, waveOf } from './wave.ts';

const PRESETS = [0, 25, 50, 90, 100];

/** How far from a preset the pin may be for lack of steps, percent. */
const NEAR = 0.5;

/** The oscilloscope: screen, knobs, what is measured, and duty cycles a click away. */
export function scopeView(scene: Scene): TemplateResult {
  const { words, bench, choices } = scene;
  const { say } = words;
  const pin = pinStateOf(bench, choices.gpio);
  const wave: Wave = pin ? waveOf(pin) : { kind: 'low' };
  const text = describeWave(wave, pin, words);
  return html`
    <section class="panel scope" aria-labelledby="scope-title">
      <header>
        <h2 id="scope-title">${say.scope}</h2>
        ${pinKnob(scene)} ${timeBaseKnob(scene)}
      </header>
      <scope-screen role="img" aria-label=${say.scopePicture(text)} .picture=${pictureOf(wave, text, scene)}></scope-screen>
      ${measuresView(wave, scene)}
      <p class="sentence">${text}</p>
      ${presetsView(scene)}
    </section>`;
}

function pictureOf(wave: Wave, text: string, { words, choices }: Scene): Picture {
  const { instrument, say } = words;
  const us = usPerDivision(choices.timeBase, wave);
  const isPulse = wave.kind === 'pulse';
  return {
    wave,
    usPerDivision: us,
    onTime: isPulse ? `t_on = ${instrument.time(wave.onUs)}` : '',
    period: isPulse ? `T = ${instrument.time(wave.periodUs)}` : '',
    duty: `D = t_on / T = ${instrument.percent(dutyPercentOf(wave))}`,
    perDivision: isPulse ? say.perDivision(instrument.time(us)) : '',
    high: `${instrument.number(3.3)} V`,
    low: '0 V',
    message: isPulse ? '' : text,
  };
}

function pinKnob({ words, choices, bench, actions }: Scene): TemplateResult {
  const { say } = words;
  const pins = HEADER_PINS.filter(({ gpio }) => gpio !== undefined).sort(
    (one, other) => (one.gpio ?? 0) - (other.gpio ?? 0),
  );
  const choose = (event: Event) => actions.choose({ gpio: Number(chosenIn(event)) });
  return html`
 <select name="pin" aria-label=${say.scopePin} .value=${live(String(choices.gpio))} @change=${choose}>
        ${pins.map(
          (pin) => html`<option value=${pin.gpio ?? ''} ?selected=${pin.gpio === choices.gpio}>
            ${pinName(pin, words.instrument)}${pinStateOf(bench, pin.gpio ?? -1) ? ' •' : ''}
          </option>`,
        )}
      </select>`;
}

function timeBaseKnob({ words, choices, actions }: Scene): TemplateResult {
  const { say, instrument } = words;
  const choose = (event: Event) => {
    const value = chosenIn(event);
    actions.choose({ timeBase: value === 'auto' ? 'auto' : Number(value) });
  };
  return html`
    <label>${say.timeBase}
      <select name="time-base" .value=${live(String(choices.timeBase))} @change=${choose}>
        <option value="auto">${say.auto}</option>
        ${TIME_BASES_US.map((us) => html`<option value=${us}>${say.perDivision(instrument.time(us))}</option>`)}
      </select>
    </label>`;
}

function chosenIn({ target }: Event): string {
  return target instanceof HTMLSelectElement ? target.value : '';
}

interface Measure {
  readonly name: string;
  readonly label: string;
  readonly symbol: TemplateResult;
  readonly value: string;
}

function measuresView(wave: Wave, { words }: Scene): TemplateResult {
  return html`<dl class="measures">
    ${measuresOf(wave, words).map(
      ({ name, label, symbol, value }) =>
        html`<div class=${name}><dt>${label} ${symbol}</dt><dd data-measure=${name}>${value}</dd></div>`,
    )}
  </dl>`;
}

function measuresOf(wave: Wave, { say, instrument }: Words): readonly Measure[] {
  const isPulse = wave.kind === 'pulse';
  const [on, period, frequency] = isPulse
    ? [instrument.time(wave.onUs), instrument.time(wave.periodUs), instrument.frequency(1e6 / wave.periodUs)]
    : ['—', '—', '—'];
  const duty = instrument.percent(dutyPercentOf(wave));
  return [
    { name: 'on', label: say.onTime, symbol: html`<i>t</i><sub>on</sub>`, value: on },
    { name: 'period', label: say.period, symbol: html`<i>T</i>`, value: period },
    { name: 'duty', label: say.duty, symbol: html`<i>D</i>`, value: duty },
    { name: 'frequency', label: say.frequency, symbol: html`<i>f</i>`, value: frequency },
  ];
}

/** Buttons that set the LED on the shown pin; disabled where there is none. */
function presetsView({ words, choices, bench, actions, mayPublish }: Scene): TemplateResult {
  const { say, instrument } = words;
  const path = `led/${choices.gpio}`;
  const device = bench.devices.get(path);
  const isLed = choices.gpio === 21 || device?.info !== undefined;
  const actual = Number(device?.actual.get('duty') ?? Number.NaN);
  return html`
    <div class="presets" role="group" aria-label=${say.setDuty}>
      ${PRESETS.map(
        (
          percent,
        ) => html`<button type="button" data-duty=${percent} ?disabled=${!isLed || !mayPublish(`${path}/duty`)}
          aria-pressed=${Math.abs(actual - percent) < NEAR}
          aria-label=${say.setDutyTo(instrument.percent(percent), String(choices.gpio))}
          @click=${() => actions.setDuty(percent)}>${instrument.percent(percent)}</button>`,
      )}
    </div>
    ${isLed ? '' : html`<p class="hint">${say.noLed}</p>`}`;
}
