import { live } from 'lit/directives/live.js';
import { html, nothing, svg, type TemplateResult } from 'lit/html.js';
import type { View } from '../lesson.ts';
import { dutyOf, type Wave } from '../model/waves.ts';
import type { PwmActions, PwmState } from '../states/pwm.ts';
import type { Words } from '../words.ts';
import { inputOf } from './input.ts';
import { lampView } from './lamp.ts';
import { problemText } from './problem.ts';
import { marked } from './text.ts';

const WIDTH = 640;
const HEIGHT = 180;
const HIGH = 40;
const LOW = 150;
/** The number of periods on the screen, which has twenty divisions. */
const PERIODS = 2.5;
const DIVISIONS = 20;
/** The step of a cursor, a tenth of a division. */
const CURSOR_STEPS = 10;

/** A scope with two cursors, a form for the measurements, and the lamp. */
export function pwmView(state: PwmState, actions: PwmActions): View {
  return (words) => html`
    ${scopeView(words, state, actions)}
    ${formView(words, state, actions)}
    <p role="status">${problemText(words, state.problem) || verdictView(words, state)}</p>
    <section class="learn-box learn-eye">${eyeView(words, state, actions)}</section>`;
}

function scopeView(words: Words, { wave, cursors }: PwmState, actions: PwmActions): TemplateResult {
  const { pwm: say } = words.say;
  const spanMs = wave.periodMs * PERIODS;
  const xOf = (ms: number) => (ms / spanMs) * WIDTH;
  const cursor = (index: 0 | 1, label: string) => html`
    <label class="field"><span>${label} <output>${words.measure(cursors[index], 'ms', 2)}</output></span>
      <input type="range" min="0" max=${spanMs} step=${spanMs / DIVISIONS / CURSOR_STEPS} .value=${live(String(cursors[index]))}
        @input=${(event: Event) => actions.move(index, inputOf(event).valueAsNumber)}></label>`;
  return html`
    <figure class="learn-scope">
      <svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label=${say.screen(words.measure(spanMs / DIVISIONS, 'ms', 2))}>
        ${gridView()}
        <path class="wave" d=${pathOf(wave, xOf, spanMs)}></path>
        ${cursors.map((ms, index) => svg`<line class="cursor" data-index=${index} x1=${xOf(ms)} x2=${xOf(ms)} y1="0" y2=${HEIGHT}></line>`)}
      </svg>
      <figcaption>${say.division(words.measure(spanMs / DIVISIONS, 'ms', 2))}</figcaption>
    </figure>
    <div class="learn-columns">${cursor(0, say.cursorA)}${cursor(1, say.cursorB)}</div>
    <p class="learn-delta">${say.between} <b>${words.measure(Math.abs(cursors[1] - cursors[0]), 'ms', 2)}</b></p>`;
}

function gridView(): readonly TemplateResult<2>[] {
  return Array.from({ length: DIVISIONS + 1 }, (_, index) => {
    const x = (index / DIVISIONS) * WIDTH;
    return svg`<line class="grid" x1=${x} x2=${x} y1="0" y2=${HEIGHT}></line>`;
  });
}

/** The wave from its first rising edge on. */
function pathOf({ onMs, periodMs }: Wave, xOf: (ms: number) => number, spanMs: number): string {
  const starts = Array.from({ length: Math.ceil(PERIODS) }, (_, index) => index * periodMs);
  const edges = starts.map(
    (start) =>
      `V${HIGH}H${xOf(Math.min(start + onMs, spanMs))}V${LOW}H${xOf(Math.min(start + periodMs, spanMs))}`,
  );
  return `M0 ${LOW}${edges.join('')}`;
}

function formView({ say: { pwm: say } }: Words, { typed }: PwmState, actions: PwmActions): TemplateResult {
  const field = (name: keyof PwmState['typed'], label: unknown) => html`
    <label class="field"><span>${label}</span>
      <input name=${name} inputmode="decimal" autocomplete="off" .value=${live(typed[name])} @input=${(event: Event) => actions.type(name, inputOf(event).value)}></label>`;
  const submit = (event: Event) => {
    event.preventDefault();
    actions.check();
  };
  return html`
    <form class="learn-row" @submit=${submit}>
      ${field('onMs', html`<i>t</i><sub>on</sub> (ms)`)}
      ${field('periodMs', html`<i>T</i> (ms)`)}
      ${field('duty', html`<i>D</i> = <i>t</i><sub>on</sub> / <i>T</i> (%)`)}
      <button class="strong">${say.check}</button>
    </form>`;
}

function verdictView({ say: { pwm: say } }: Words, { verdict }: PwmState): unknown {
  return verdict === undefined ? nothing : marked(say.verdicts[verdict]);
}

function eyeView(
  words: Words,
  { wave, light, isSlow, topic }: PwmState,
  actions: PwmActions,
): TemplateResult {
  const { pwm: say } = words.say;
  return html`
    <p>${isSlow ? html`<span class="learn-lamp learn-blink" style="--on:${dutyOf(wave)}%"><span></span></span>` : lampView(light)}
      <code>${topic}</code> <output>${words.percent(light)}</output></p>
    <label class="check"><input type="checkbox" .checked=${live(isSlow)} @change=${(event: Event) => actions.slow(inputOf(event).checked)}> ${say.slow}</label>
    <p>${say.eye}</p>`;
}
