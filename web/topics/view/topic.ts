import { html, nothing, type TemplateResult } from 'lit';
import { guard } from 'lit/directives/guard.js';
import type { InspectedMessage, InspectedPublisher } from '../../../hub/core/index.ts';
import { difference } from '../model/difference.ts';
import type { Words } from '../words.ts';
import type { PlotPath } from './json.ts';
import { VALUE_FORMS, type ValueForm, valueView } from './value.ts';

export interface TopicActions {
  readonly pin: (topic: string) => void;
  readonly chooseForm: (form: ValueForm) => void;
  /** Shows one of the last messages, counted from the last. */
  readonly showMessage: (chosen: number) => void;
  readonly plot: (topic: string) => PlotPath;
  /** Takes the message over into the editor. */
  readonly edit: (message: InspectedMessage) => void;
  /** Asks whether to clear what is retained, of the topic or of all below it as well. */
  readonly clear: (filter: string) => void;
  readonly exportAll: (filter: string, format: 'jsonl' | 'csv') => void;
  readonly copy: (text: string) => void;
}

export interface TopicParts {
  readonly words: Words;
  readonly topic: string;
  /** The last messages, the oldest first. */
  readonly log: readonly InspectedMessage[];
  /** Which of them is shown, from the end. */
  readonly chosen: number;
  readonly form: ValueForm;
  readonly isPinned: boolean;
  readonly mayPublish: boolean;
  readonly actions: TopicActions;
}

/** All about one topic. */
export function topicView(parts: TopicParts): TemplateResult {
  const { words, topic, log, isPinned, actions } = parts;
  const { say } = words;
  return html`
    <section class="panel topic" aria-labelledby="topic-title">
      <div class="panel-head">
        <h2 id="topic-title" class="topic-name">${topic}</h2>
        <button type="button" class="plain" aria-pressed=${isPinned} @click=${() => actions.pin(topic)}>${isPinned ? say.unpin : say.pin}</button>
        <button type="button" class="plain" @click=${() => actions.copy(topic)}>${say.copyTopic}</button>
      </div>
      ${log.length === 0 ? html`<p class="note">${say.noMessage}</p>` : guard([log, parts.chosen, parts.form, words, parts.mayPublish], () => messageView(parts))}
      ${belowView(parts)}
    </section>`;
}

function messageView(parts: TopicParts): TemplateResult {
  const { words, topic, log, chosen, form, actions } = parts;
  const { say } = words;
  const at = log.length - 1 - Math.min(chosen, log.length - 1);
  const message = log[at];
  const before = log[at - 1];
  if (!message) return html``;
  const option = (one: ValueForm) => html`
    <label><input type="radio" name="value-form" .checked=${one === form} @change=${() => actions.chooseForm(one)}><span>${say.forms[one]}</span></label>`;
  return html`
    ${factsView(words, message)}
    <div class="choices" role="radiogroup" aria-label=${say.valueForm}>${VALUE_FORMS.map(option)}</div>
    ${valueView({ words, message, form, plot: actions.plot(topic) })}
    <p class="topic-actions">
      <button type="button" class="plain" @click=${() => actions.copy(message.payload ?? message.base64 ?? '')}>${say.copyValue}</button>
      <button type="button" class="plain" @click=${() => actions.edit(message)}>${say.edit}</button>
    </p>
    ${before ? differenceView(words, before, message) : nothing}
    ${logView(parts)}`;
}

/** What came with the payload. */
function factsView(words: Words, message: InspectedMessage): TemplateResult {
  const { say, moment, exactTime, number } = words;
  const {
    at,
    qos,
    retain,
    by,
    expiresInSeconds,
    contentType,
    responseTopic,
    correlationData,
    userProperties = [],
  } = message;
  const facts: readonly (readonly [string, string | undefined])[] = [
    [
      say.when,
      at === undefined ? say.before : `${moment(at).replace(/,? ?\d\d:\d\d$/, '')} ${exactTime(at)}`,
    ],
    [say.qos, String(qos)],
    [say.retained, retain ? say.yes : say.no],
    [say.by, by && publisherOf(by, say)],
    [say.expires, expiresInSeconds === undefined ? undefined : `${number(expiresInSeconds)} s`],
    [say.contentType, contentType],
    [say.responseTopic, responseTopic],
    [say.correlationData, correlationData],
    ...userProperties.map(([name, value]): readonly [string, string] => [name, value]),
  ];
  const known = facts.filter(([, text]) => text !== undefined);
  return html`<dl class="topic-facts">${known.map(([name, text]) => html`<div><dt>${name}</dt><dd>${text}</dd></div>`)}</dl>`;
}

function publisherOf({ name, client, isHub }: InspectedPublisher, say: Words['say']): string {
  if (isHub) return say.hubItself;
  return [name, client].filter((one) => one !== undefined).join(' · ');
}

function differenceView(
  { say }: Words,
  before: InspectedMessage,
  message: InspectedMessage,
): TemplateResult | typeof nothing {
  if (before.payload === null || message.payload === null) return nothing;
  if (before.payload === message.payload) return html`<p class="note">${say.sameAsBefore}</p>`;
  const SIGNS = { same: ' ', gone: '−', new: '+' } as const;
  const lines = difference(before.payload, message.payload);
  return html`<details class="difference" open><summary>${say.difference}</summary>
    <pre tabindex="0">${lines.map(({ text, is }) => html`<span class="line-${is}">${SIGNS[is]} ${text}\n</span>`)}</pre></details>`;
}

/** How many messages are listed. */
const LISTED = 50;

function logView({ words, log, chosen, actions }: TopicParts): TemplateResult {
  const { say, exactTime } = words;
  const newest = log.slice(-LISTED).reverse();
  return html`<details class="log"><summary>${say.lastMessages(String(log.length))}</summary>
    <ol>${newest.map(
      (
        message,
        index,
      ) => html`<li><button type="button" class="log-entry" aria-current=${index === chosen ? 'true' : nothing}
        @click=${() => actions.showMessage(index)}>
        <time>${message.at === undefined ? say.before : exactTime(message.at)}</time>
        <span>${(message.payload ?? message.base64 ?? '').slice(0, 200)}</span></button></li>`,
    )}</ol></details>`;
}

/** What can be done with the topic and all below it. */
function belowView({ words, topic, mayPublish, actions }: TopicParts): TemplateResult {
  const { say } = words;
  const below = `${topic}/#`;
  return html`
    <details class="more"><summary>${say.more}</summary>
      <p class="topic-actions">
        <button type="button" class="plain" @click=${() => actions.exportAll(below, 'jsonl')}>${say.exportJson}</button>
        <button type="button" class="plain" @click=${() => actions.exportAll(below, 'csv')}>${say.exportCsv}</button>
        <button type="button" class="plain alarming" ?disabled=${!mayPublish} @click=${() => actions.clear(topic)}>${say.clearTopic}</button>
        <button type="button" class="plain alarming" ?disabled=${!mayPublish} @click=${() => actions.clear(below)}>${say.clearBelow}</button>
      </p>
    </details>`;
}
