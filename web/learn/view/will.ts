import { html, type TemplateResult } from 'lit/html.js';
import type { View } from '../lesson.ts';
import type { WillActions, WillEvent, WillState } from '../states/will.ts';
import type { Words } from '../words.ts';
import { lampView } from './lamp.ts';
import { problemText } from './problem.ts';
import { inLevels, marked } from './text.ts';

/** A lamp that the user can plug in, and three ways to disconnect it. */
export function willView({ topic, status, lamp, events, problem }: WillState, actions: WillActions): View {
  return (words) => {
    const { will: say } = words.say;
    const isHere = lamp === 'here';
    return html`
      <dl class="learn-values">
        <dt>${say.lamp}</dt><dd>${lampView(isHere ? 100 : 0)} ${isHere ? say.here : say.away}</dd>
        <dt>${say.hubSays} <code>${inLevels(topic)}</code></dt><dd data-name="status">${status ? html`<b>${status}</b>` : '–'}</dd>
      </dl>
      <div class="learn-row">
        <button type="button" class="strong" ?disabled=${lamp !== 'away'} @click=${actions.plugIn}>${say.plugIn}</button>
        <button type="button" class="plain" ?disabled=${!isHere} @click=${actions.pullPlug}>${say.pullPlug}</button>
        <button type="button" class="plain" ?disabled=${!isHere} @click=${actions.leave}>${say.leave}</button>
        <button type="button" class="plain" ?disabled=${!isHere} @click=${actions.sayGoodbye}>${say.sayGoodbye}</button>
      </div>
      <p role="status">${problemText(words, problem)}</p>
      <ol class="learn-events" reversed>${events.map((event) => eventView(words, event))}</ol>`;
  };
}

function eventView({ say: { will: say } }: Words, { what, status }: WillEvent): TemplateResult {
  return html`<li data-what=${what}>${marked(what === 'status' ? say.statusCame(status) : say.events[what])}</li>`;
}
