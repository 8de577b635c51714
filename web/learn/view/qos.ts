import { live } from 'lit/directives/live.js';
import { html, nothing, type TemplateResult } from 'lit/html.js';
import type { View } from '../lesson.ts';
import { type QosActions, type QosState, type Run, tally } from '../states/qos.ts';
import type { Words } from '../words.ts';
import { inputOf } from './input.ts';
import { problemText } from './problem.ts';
import { inLevels } from './text.ts';

const LEVELS = [0, 1, 2] as const;

/** A switch that makes the link bad, a button for each quality of service, and a mark for each number. */
export function qosView({ topic, isLinkBad, run, finished, problem }: QosState, actions: QosActions): View {
  return (words) => {
    const { qos: say } = words.say;
    const isBusy = run !== undefined && !run.isOver;
    return html`
      <p>${say.topic} <code>${inLevels(topic)}</code></p>
      <label class="check"><input type="checkbox" role="switch" .checked=${live(isLinkBad)} ?disabled=${isBusy} @change=${(event: Event) => actions.setLink(inputOf(event).checked)}> ${say.badLink}</label>
      <div class="learn-row">${LEVELS.map(
        (level) =>
          html`<button type="button" class="strong" ?disabled=${isBusy} @click=${() => actions.send(level)}>${say.send(level)}</button>`,
      )}</div>
      ${run ? runView(words, run) : nothing}
      <p role="status">${problemText(words, problem) || (run?.isOver ? resultText(words, run) : nothing)}</p>
      ${finished.length > 0 ? tableView(words, finished) : nothing}`;
  };
}

function runView({ say: { qos: say } }: Words, { arrived, sent }: Run): TemplateResult {
  const stateOf = (times: number, number: number) => {
    if (times > 1) return 'doubled';
    if (times === 1) return 'arrived';
    return number <= sent ? 'missing' : 'waiting';
  };
  return html`<ol class="learn-numbers" aria-label=${say.numbers}>${arrived.map((times, index) => {
    const state = stateOf(times, index + 1);
    return html`<li data-state=${state} aria-label="${index + 1}: ${say.states[state]}">${index + 1}</li>`;
  })}</ol>`;
}

function resultText({ say: { qos: say } }: Words, run: Run): string {
  const { lost, doubled } = tally(run);
  return say.result(run.breaks, lost, doubled);
}

function tableView({ say: { qos: say } }: Words, finished: readonly Run[]): TemplateResult {
  return html`<table class="learn-table">
    <thead><tr><th scope="col">QoS</th><th scope="col">${say.link}</th><th scope="col">${say.lost}</th><th scope="col">${say.doubled}</th></tr></thead>
    <tbody>${finished.map((run) => {
      const { lost, doubled } = tally(run);
      return html`<tr><th scope="row">${run.qos}</th><td>${run.isLinkBad ? say.bad : say.good}</td><td>${lost}</td><td>${doubled}</td></tr>`;
    })}</tbody>
  </table>`;
}
