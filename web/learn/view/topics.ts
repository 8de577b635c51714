import { html, nothing, type TemplateResult } from 'lit/html.js';
import { meaningOf } from '../../shared/words.ts';
import type { View } from '../lesson.ts';
import { type Catch, HOUSE, type TopicsActions, type TopicsState } from '../states/topics.ts';
import type { Words } from '../words.ts';
import { inputOf } from './input.ts';
import { marked } from './text.ts';

/** The house's topics, an input for a filter, and the topics that it matched. */
export function topicsView({ typed, isTrying, last, base }: TopicsState, actions: TopicsActions): View {
  return (words) => {
    const { say } = words;
    const submit = (event: Event) => {
      event.preventDefault();
      actions.try();
    };
    return html`
      <form class="learn-row" @submit=${submit}>
        <label class="field learn-wide"><span>${say.topics.filter}</span>
          <span class="learn-prefixed"><code>${base}/</code><input class="learn-mono" name="filter" placeholder="house/…" autocomplete="off" autocapitalize="off" spellcheck="false"
            .value=${typed} @input=${(event: Event) => actions.type(inputOf(event).value.trim())}></span></label>
        <button class="strong" ?disabled=${isTrying || typed === ''}>${say.topics.try}</button>
      </form>
      <ul class="learn-topics">${[...HOUSE].map(([topic, value]) => topicView(topic, value, last))}</ul>
      <p role="status">${last ? verdict(words, last) : nothing}</p>`;
  };
}

function topicView(topic: string, value: string, last: Catch | undefined): TemplateResult {
  const state = last?.caught.includes(topic) ? (last.extra.includes(topic) ? 'extra' : 'caught') : 'quiet';
  return html`<li data-state=${last?.missing.includes(topic) ? 'missing' : state}><code>${topic}</code> <span>${value}</span></li>`;
}

function verdict(words: Words, { error, filter, missing, extra }: Catch): unknown {
  const { topics } = words.say;
  if (error) return html`<b>${meaningOf(words, error.code) ?? error.message}</b> ${marked(topics.malformed)}`;
  if (missing.length === 0 && extra.length === 0) return marked(topics.right(filter));
  return html`
    ${missing.length > 0 ? html`<b>${topics.missing(missing.length)}</b> ` : nothing}
    ${extra.length > 0 ? html`<b>${topics.extra(extra.length)}</b> ` : nothing}
    ${marked(topics.hint)}`;
}
