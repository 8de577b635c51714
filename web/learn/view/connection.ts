import { html, nothing, svg, type TemplateResult } from 'lit/html.js';
import type { View } from '../lesson.ts';
import {
  ANSWERS,
  type ConnectionActions,
  type ConnectionState,
  RUN_MS,
  type Track,
  type WayId,
} from '../states/connection.ts';
import type { Words } from '../words.ts';
import { problemText } from './problem.ts';
import { marked } from './text.ts';

const WIDTH = 640;
const LANE = 56;
const BAR = 20;

/** Three ways side by side on a time line, the cost of each, and two questions. */
export function connectionView(state: ConnectionState, actions: ConnectionActions): View {
  return (words) => {
    const { connection: say } = words.say;
    const { isRunning, tracks, problem, head } = state;
    return html`
      <button type="button" class="strong" ?disabled=${isRunning} @click=${actions.run}>${isRunning ? say.running : say.run}</button>
      ${tracks.length > 0 ? html`${lineView(words, state)}${tableView(words, tracks)}` : nothing}
      ${head === undefined ? nothing : headView(words, head)}
      <p role="status">${problemText(words, problem)}</p>
      ${tracks.length > 0 && !isRunning ? questionsView(words, state, actions) : nothing}`;
  };
}

function lineView(words: Words, { tracks, published }: ConnectionState): TemplateResult {
  const { connection: say } = words.say;
  const xOf = (ms: number) => (ms / RUN_MS) * WIDTH;
  const height = tracks.length * LANE;
  return html`<figure class="learn-line">
    <svg viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label=${say.line}>
      ${published.map((ms) => svg`<line class="published" x1=${xOf(ms)} x2=${xOf(ms)} y1="0" y2=${height}></line>`)}
      ${tracks.map((track, lane) => laneView(words, track, lane, xOf))}
    </svg>
    <figcaption>${say.legend}</figcaption>
  </figure>`;
}

function laneView(
  { say }: Words,
  { way, exchanges }: Track,
  lane: number,
  xOf: (ms: number) => number,
): TemplateResult<2> {
  const top = lane * LANE + LANE - BAR - 4;
  return svg`<text x="4" y=${lane * LANE + 24}>${say.connection.ways[way]}</text>
    ${exchanges.map(({ fromMs, toMs, values }) => {
      const width = Math.max(2, xOf(toMs) - xOf(fromMs));
      return svg`<rect class="exchange" data-brings=${values.length > 0} x=${xOf(fromMs)} y=${top} width=${width} height=${BAR} rx="2"></rect>`;
    })}`;
}

function tableView(words: Words, tracks: readonly Track[]): TemplateResult {
  const { connection: say } = words.say;
  return html`<table class="learn-table">
    <thead><tr><th scope="col">${say.way}</th><th scope="col">${say.exchanges}</th><th scope="col">${say.inVain}</th><th scope="col">${say.bytes}</th><th scope="col">${say.delay}</th></tr></thead>
    <tbody>${tracks.map(
      (track) =>
        html`<tr data-way=${track.way}><th scope="row">${say.ways[track.way]}</th><td>${track.exchanges.length}</td><td>${track.inVain}</td><td>${words.number(track.bytes, 0)}</td><td>${delayText(words, track)}</td></tr>`,
    )}</tbody>
  </table>
  <p class="learn-note">${marked(say.bytesHint)}</p>`;
}

/** The hub masks credentials. */
function headView(words: Words, head: string): TemplateResult {
  return html`<details class="learn-head">
    <summary>${words.say.connection.head(words.number(head.length, 0))}</summary>
    <pre class="listing" tabindex="0"><code>${head.trimEnd()}</code></pre>
  </details>`;
}

function delayText(words: Words, { delaysMs }: Track): string {
  if (delaysMs.length === 0) return '–';
  const meanMs = delaysMs.reduce((sum, ms) => sum + ms, 0) / delaysMs.length;
  return words.duration(meanMs / 1000);
}

function questionsView(
  words: Words,
  { tracks, answers }: ConnectionState,
  actions: ConnectionActions,
): TemplateResult {
  const { connection: say } = words.say;
  const question = (name: keyof typeof ANSWERS) => {
    const given = answers[name];
    return html`<fieldset class="learn-question"><legend>${say.questions[name]}</legend>
      ${tracks.map(({ way }) => choiceView(words, { name, way, given }, () => actions.answer(name, way)))}
      <p role="status">${given ? (given === ANSWERS[name] ? say.right[name] : say.wrong[name]) : nothing}</p>
    </fieldset>`;
  };
  return html`${question('inVain')}${question('cheapest')}`;
}

interface Choice {
  readonly name: string;
  readonly way: WayId;
  readonly given: WayId | undefined;
}

function choiceView({ say }: Words, { name, way, given }: Choice, choose: () => void): TemplateResult {
  return html`<label class="check"><input type="radio" name=${name} .checked=${given === way} @change=${choose}> ${say.connection.ways[way]}</label>`;
}
