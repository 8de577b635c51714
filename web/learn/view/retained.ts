import { live } from 'lit/directives/live.js';
import { html, nothing, type TemplateResult } from 'lit/html.js';
import type { View } from '../lesson.ts';
import type { Joiner, RetainedActions, RetainedState } from '../states/retained.ts';
import type { Words } from '../words.ts';
import { inputOf } from './input.ts';
import { lampView } from './lamp.ts';
import { problemText } from './problem.ts';
import { inLevels, marked } from './text.ts';

/** A publisher on the left, and late subscribers on the right. */
export function retainedView(state: RetainedState, actions: RetainedActions): View {
  return (words) => html`
    <div class="learn-columns">
      <section class="learn-box">${publisherView(words, state, actions)}</section>
      <section class="learn-box">${joinersView(words, state, actions)}</section>
    </div>
    <p role="status">${problemText(words, state.problem)}</p>`;
}

function publisherView(words: Words, state: RetainedState, actions: RetainedActions): TemplateResult {
  const { retained: say } = words.say;
  const { value, isRetained, sent, isBusy, topic } = state;
  return html`
    <h3>${say.publisher}</h3>
    <p><code>${inLevels(topic)}</code></p>
    <label class="field"><span>${say.value} <output>${words.percent(value)}</output></span>
      <input type="range" min="0" max="100" step="5" .value=${live(String(value))} @input=${(event: Event) => actions.choose(inputOf(event).valueAsNumber)}></label>
    <label class="check"><input type="checkbox" .checked=${live(isRetained)} @change=${(event: Event) => actions.retain(inputOf(event).checked)}> ${say.retain}</label>
    <div class="learn-row">
      <button type="button" class="strong" ?disabled=${isBusy} @click=${actions.publish}>${say.publish}</button>
      <button type="button" class="plain" ?disabled=${isBusy} @click=${actions.clear}>${say.clear}</button>
    </div>
    <p role="status">${sent ? marked(sentText(words, sent)) : nothing}</p>`;
}

function sentText({ say: { retained: say } }: Words, sent: NonNullable<RetainedState['sent']>): string {
  if (sent.payload === '') return say.cleared;
  return sent.isRetained ? say.sentRetained(sent.payload) : say.sent(sent.payload);
}

function joinersView(
  words: Words,
  { joiners, isBusy }: RetainedState,
  actions: RetainedActions,
): TemplateResult {
  const { retained: say } = words.say;
  return html`
    <h3>${say.joiners}</h3>
    <button type="button" class="strong" ?disabled=${isBusy} @click=${actions.join}>${say.join}</button>
    <ul class="learn-joiners">${joiners.map((joiner) => joinerView(words, joiner))}</ul>`;
}

function joinerView(words: Words, { number, saw }: Joiner): TemplateResult {
  const { retained: say } = words.say;
  const duty = Number(saw ?? 0);
  return html`<li>${lampView(duty)} <span>${saw === undefined ? say.sawNothing(number) : say.saw(number, words.percent(duty))}</span></li>`;
}
