import { html, svg, type TemplateResult } from 'lit';
import { glowOf } from '../../shared/light.ts';
import { pinStateOf } from '../model/bench.ts';
import { highShare, type PinState } from '../model/pin-state.ts';
import type { Scene } from '../scene.ts';
import type { Words } from '../words.ts';
import { HEADER, padAt } from './header-geometry.ts';
import { HEADER_PINS, type HeaderPin, pinName } from './header-pins.ts';
import { nextPin } from './next-pin.ts';

/** A corner of the Raspberry Pi's board, with the header's socket. */
export function piView(): TemplateResult<2> {
  const { width, height, firstRowY, rowPitch, oddX, evenX } = HEADER;
  return svg`
    <g class="pi">
      <rect class="pcb" x="1" y="1" width=${width - 2} height=${height - 2} rx="14"></rect>
      ${[18, width - 18].map((x) => [18, height - 18].map((y) => svg`<circle class="drill" cx=${x} cy=${y} r="8"></circle>`))}
      <text class="silk" x=${width / 2} y="24" text-anchor="middle">Raspberry Pi · J8</text>
      <rect class="socket" x=${oddX - 14} y=${firstRowY - 14} width=${evenX - oddX + 28} height=${19 * rowPitch + 28} rx="4"></rect>
    </g>`;
}

/** The header's pins; those with a GPIO can be selected. They are drawn above the wires, so that their names are readable. */
export function pinsView(scene: Scene): TemplateResult<2> {
  return svg`
    <g role="radiogroup" aria-label=${scene.words.say.header} @keydown=${(event: KeyboardEvent) => move(event, scene)}>
      ${HEADER_PINS.map((pin) => pinView(pin, scene))}
    </g>`;
}

function pinView(pin: HeaderPin, scene: Scene): TemplateResult<2> {
  if (pin.gpio === undefined)
    return svg`<g class="pin ${pin.role}">${padView(pin)}${chipView(pin, scene.words)}</g>`;
  const { gpio } = pin;
  const { words, choices, actions } = scene;
  const state = pinStateOf(scene.bench, gpio);
  const isChosen = choices.gpio === gpio;
  const name = words.say.pin(pinName(pin, words.instrument), String(pin.physical));
  return svg`
    <g class="pin ${pin.role} ${state ? 'used' : ''} ${state?.mode === 'input' ? 'input' : ''}"
      role="radio" data-gpio=${gpio} tabindex=${isChosen ? 0 : -1} aria-checked=${isChosen}
      aria-label="${name}: ${describeState(state, words)}"
      @click=${() => actions.choose({ gpio })}>
      ${padView(pin, state)}${chipView(pin, words, state && shortState(state, words))}
    </g>`;
}

function padView({ physical }: HeaderPin, state?: PinState): TemplateResult<2> {
  const { x, y } = padAt(physical);
  const glow = glowOf(state ? highShare(state) : 0);
  return svg`
    <circle class="pad" cx=${x} cy=${y} r="9"></circle>
    <circle class="halo" cx=${x} cy=${y} r="12.5" opacity=${glow}></circle>
    <circle class="glow" cx=${x} cy=${y} r="9" opacity=${glow}></circle>
    <text class="number" x=${x} y=${y + 3.4} text-anchor="middle">${physical}</text>`;
}

function chipView(pin: HeaderPin, { instrument }: Words, note = pin.alternative): TemplateResult<2> {
  const { x, y } = padAt(pin.physical);
  const isOdd = pin.physical % 2 === 1;
  const { chipWidth, chipHeight, chipGap } = HEADER;
  const left = isOdd ? x - chipGap - chipWidth : x + chipGap;
  return svg`
    <rect class="chip" x=${left} y=${y - chipHeight / 2} width=${chipWidth} height=${chipHeight} rx="5"></rect>
    <rect class="role" x=${isOdd ? left + chipWidth - 5 : left} y=${y - chipHeight / 2} width="5" height=${chipHeight} rx="2"></rect>
    <text class="name" x=${isOdd ? left + chipWidth - 10 : left + 10} y=${y + 4} text-anchor=${isOdd ? 'end' : 'start'}>${pinName(pin, instrument)}</text>
    <text class="note" x=${isOdd ? left + 6 : left + chipWidth - 6} y=${y + 3.6} text-anchor=${isOdd ? 'start' : 'end'}>${note ?? ''}</text>`;
}

/** The short value next to a pin's name. */
function shortState(state: PinState, { instrument, say }: Words): string {
  if (state.pulseUs > 0) return instrument.time(state.pulseUs);
  if (state.mode === 'output' && state.frequencyHz > 0)
    return instrument.percent(Math.round(state.dutyPercent));
  return state.level === 1 ? say.levelHigh : say.levelLow;
}

/** The state of a pin, in words. */
function describeState(state: PinState | undefined, { say, instrument }: Words): string {
  if (!state) return say.unused;
  const level = state.level === 1 ? say.high : say.low;
  if (state.mode === 'input') return say.input(level);
  if (state.pulseUs > 0) return say.servoPulse(instrument.time(state.pulseUs));
  if (state.frequencyHz <= 0) return say.output(level);
  return say.pwmAt(instrument.percent(state.dutyPercent), instrument.frequency(state.frequencyHz));
}

function move(event: KeyboardEvent, { choices, actions }: Scene): void {
  const gpio = nextPin(choices.gpio, event.key);
  if (gpio === undefined) return;
  event.preventDefault();
  actions.choose({ gpio });
  const group = event.currentTarget;
  const target = group instanceof Element ? group.querySelector(`[data-gpio="${gpio}"]`) : null;
  if (target instanceof SVGElement) target.focus();
}

/** The legend for the colors of the header. */
export function legendView({ say }: Words): TemplateResult {
  return html`<ul class="legend">
    ${say.roles.map(([role, name]) => html`<li class=${role}>${name}</li>`)}
  </ul>`;
}
