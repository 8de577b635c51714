import { html, nothing, type TemplateResult } from 'lit';
import { guard } from 'lit/directives/guard.js';
import type { InspectedMessage, InspectedPublisher } from '../../../hub/core/index.ts';
import { difference } from '../model/difference.ts';
import { shortTopic } from '../model/short-topic.ts';
import type { Words } from '../words.ts';
import type { PlotPath } from './json.ts';
import { VALUE_FORMS, type ValueForm, valueView } from './value.ts';

export interface TopicActions {
  readonly pin: (topic: string) => void;
  readonly chooseForm: (form: ValueForm) => void;
  /** Shows one of the last messages; without one, always the last. */
  readonly showMessage: (chosen: InspectedMessage | undefined) => void;
  /** Compares what is shown with a message; without one, with the message before. */
  readonly compare: (compared: InspectedMessage | undefined) => void;
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
  /** Which message is shown; `undefined` for the last one. */
  readonly chosen: InspectedMessage | undefined;
  /** The message to compare with; `undefined` for the previous one. */
  readonly compared: InspectedMessage | undefined;
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
        <h2 id="topic-title" class="topic-name">${shortTopic(topic)}</h2>
        <button type="button" class="plain" aria-pressed=${isPinned} @click=${() => actions.pin(topic)}>${isPinned ? say.unpin : say.pin}</button>
        <button type="button" class="plain" @click=${() => actions.copy(topic)}>${say.copyTopic}</button>
      </div>
      ${log.length === 0 ? html`<p class="note">${say.noMessage}</p>` : guard([log, parts.chosen, parts.compared, parts.form, words, parts.mayPublish], () => messageView(parts))}
      ${belowView(parts)}
    </section>`;
}

function messageView(parts: TopicParts): TemplateResult {
  const { words, topic, log, chosen, form, actions } = parts;
  const { say } = words;
  const message = chosen ?? log.at(-1);
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
      ${chosen ? html`<button type="button" class="plain" @click=${() => actions.showMessage(undefined)}>${say.latest}</button>` : nothing}
    </p>
    ${differenceView(parts, message)}
    ${logView(parts)}`;
}

/** The facts that came with the payload. */
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
    [say.responseTopic, responseTopic && shortTopic(responseTopic)],
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

/** The changes since the previous message, or since the one that was chosen to compare with. */
function differenceView(parts: TopicParts, message: InspectedMessage): TemplateResult | typeof nothing {
  const { words, log, compared, actions } = parts;
  const { say } = words;
  const other = compared ?? log[log.indexOf(message) - 1];
  if (!other) return nothing;
  const what = compared && nameOf(words, compared, message.topic);
  return html`<details class="difference" open><summary>${what === undefined ? say.difference : say.differenceTo(what)}</summary>
    ${linesView(words, other, message)}
    ${compared ? html`<p class="topic-actions"><button type="button" class="plain" @click=${() => actions.compare(undefined)}>${say.compareBefore}</button></p>` : nothing}
  </details>`;
}

function linesView({ say }: Words, { payload: before }: InspectedMessage, { payload }: InspectedMessage) {
  if (before === null || payload === null) return html`<p class="note">${say.notText}</p>`;
  if (before === payload) return html`<p class="note">${say.same}</p>`;
  const SIGNS = { same: ' ', gone: '−', new: '+' } as const;
  const lines = difference(before, payload);
  return html`<pre tabindex="0">${lines.map(({ text, is }) => html`<span class="line-${is}">${SIGNS[is]} ${text}\n</span>`)}</pre>`;
}

/** The name of a message: its time, and its topic if that is another one. */
function nameOf(words: Words, message: InspectedMessage, here: string): string {
  const time = timeOf(words, message);
  return message.topic === here ? time : `${shortTopic(message.topic)} · ${time}`;
}

function timeOf({ say, exactTime }: Words, { at }: InspectedMessage): string {
  return at === undefined ? say.before : exactTime(at);
}

/** How many messages are listed. */
const LISTED = 50;

function logView({ words, log, chosen, compared, actions }: TopicParts): TemplateResult {
  const newest = log.slice(-LISTED).reverse();
  const shown = chosen ?? newest[0];
  const entry = (message: InspectedMessage) => {
    const time = timeOf(words, message);
    const label = words.say.compareWith(time);
    return html`<li class="log-line">
      <button type="button" class="log-entry" aria-current=${message === shown ? 'true' : nothing}
        @click=${() => actions.showMessage(message === newest[0] ? undefined : message)}>
        <time>${time}</time> <span>${(message.payload ?? message.base64 ?? '').slice(0, 200)}</span></button>
      <button type="button" class="compare" aria-label=${label} title=${label} aria-pressed=${message === compared}
        @click=${() => actions.compare(message === compared ? undefined : message)}>±</button></li>`;
  };
  return html`<details class="log"><summary>${words.say.lastMessages(`${log.length}`)}</summary>
    <ol>${newest.map(entry)}</ol></details>`;
}

/** The actions on the topic and everything below it. */
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
