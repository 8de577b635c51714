import { html, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import { actualNumber, type BenchDevice } from '../model/bench.ts';
import type { Scene } from '../scene.ts';

const PRESETS = [0, 25, 50, 90, 100];

/** How far the pin may be from a preset because of its limited steps, percent. */
const NEAR = 0.5;

/** A slider and buttons that set the LED on the shown pin; disabled if there is no LED. */
export function dutyView(scene: Scene): TemplateResult {
  const { words, choices, bench, mayPublish } = scene;
  const path = `led/${choices.gpio}`;
  const device = bench.devices.get(path);
  const isLed = choices.gpio === 21 || device?.info !== undefined;
  const isOff = !isLed || !mayPublish(`${path}/duty`);
  return html`
    ${sliderView(scene, device, { isOff })}
    ${presetsView(scene, device, { isOff })}
    ${isLed ? '' : html`<p class="hint">${words.say.noLed}</p>`}
    ${device?.info && !device.isOnline ? html`<p class="hint">${words.say.ledAway}</p>` : ''}`;
}

interface Ability {
  readonly isOff: boolean;
}

function sliderView(
  { words, choices, dutyPercent, actions }: Scene,
  device: BenchDevice | undefined,
  { isOff }: Ability,
): TemplateResult {
  const { say, instrument } = words;
  const actual = actualNumber(device, 'duty') ?? 0;
  const shown = dutyPercent ?? actual;
  const set = ({ target }: Event) =>
    target instanceof HTMLInputElement && actions.setDuty(Number(target.value));
  return html`
    <label class="duty-slider"><span>${say.led(String(choices.gpio))}</span>
      <input type="range" name="duty" min="0" max="100" step="0.5" ?disabled=${isOff} .value=${live(String(shown))}
        aria-valuetext=${instrument.percent(shown)} @input=${set}>
      <output>${instrument.percent(shown)}</output></label>`;
}

function presetsView(
  { words, choices, actions }: Scene,
  device: BenchDevice | undefined,
  { isOff }: Ability,
): TemplateResult {
  const { say, instrument } = words;
  const actual = actualNumber(device, 'duty') ?? Number.NaN;
  return html`
    <div class="presets" role="group" aria-label=${say.setDuty}>
      ${PRESETS.map(
        (percent) => html`<button type="button" data-duty=${percent} ?disabled=${isOff}
          aria-pressed=${Math.abs(actual - percent) < NEAR}
          aria-label=${say.setDutyTo(instrument.percent(percent), String(choices.gpio))}
          @click=${() => actions.setDuty(percent)}>${instrument.percent(percent)}</button>`,
      )}
    </div>`;
}
