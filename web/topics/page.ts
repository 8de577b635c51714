import { html, nothing, type TemplateResult } from 'lit';
import { guard } from 'lit/directives/guard.js';
import { live } from 'lit/directives/live.js';
import type { Connection } from '../../hub/client/hub-client.ts';
import { type Identity, isWatchOnly } from '../../hub/client/identity.ts';
import type { HubError } from '../../hub/core/index.ts';
import type { Language } from '../languages/index.ts';
import { header } from '../shared/header.ts';
import { pageLinks } from '../shared/page-links.ts';
import { sessionView } from '../shared/session-view.ts';
import { shareAction } from '../shared/share/open-share.ts';
import { isInTheWay, type Trouble } from '../shared/trouble.ts';
import { lostBanner, notice, outdatedBanner } from '../shared/trouble-view.ts';
import { meaningOf } from '../shared/words.ts';
import { isInspectable } from './model/inspecting.ts';
import type { Look } from './model/look.ts';
import { type PlotsParts, plotsView } from './view/plots.ts';
import { type PublishParts, publishView } from './view/publish.ts';
import { type Question, questionView } from './view/question.ts';
import { type RecordParts, recordView } from './view/record.ts';
import { type TopicParts, topicView } from './view/topic.ts';
import { type TreeParts, treeView } from './view/tree.ts';

/** All that the page shows. */
export interface PageState
  extends TreeParts,
    Omit<TopicParts, 'topic' | 'mayPublish'>,
    Omit<PublishParts, 'mayPublish'>,
    PlotsParts,
    Omit<RecordParts, 'mayPublish' | 'isFilterValid'> {
  readonly connection: Connection;
  readonly trouble: Trouble | undefined;
  readonly identity: Identity | undefined;
  /** Whether the hub has another version of the page. */
  readonly isOutdated: boolean;
  /** Whether a wish to sign out has failed. */
  readonly hasStayed: boolean;
  readonly look: Look;
  readonly typedFilter: string;
  /** The hub's last refusal, or its last success. */
  readonly message: string;
  readonly fault: HubError | undefined;
  readonly question: Question | undefined;
  /** Whether one may publish to the selected topic, and to the draft's topic. */
  readonly mayChange: boolean;
  readonly mayPublish: boolean;
  readonly bar: BarActions;
  readonly dismiss: () => void;
  readonly forgetMessage: () => void;
  readonly chooseLanguage: (language: Language) => void;
  readonly signOut: () => void;
  readonly reconnect: () => void;
}

export interface BarActions {
  readonly typeFilter: (text: string) => void;
  readonly typeText: (text: string) => void;
  readonly pause: () => void;
  readonly clearMatching: () => void;
}

/** The whole page. */
export function pageView(state: PageState): TemplateResult {
  return html`
    ${topView(state)}
    <div role="status">${bannerView(state)}</div>
    <main ?data-stale=${state.trouble !== undefined}>${contentView(state)}</main>
    ${guard([state.question, state.words], () => (state.question ? questionView({ ...state, question: state.question }) : nothing))}`;
}

function contentView(state: PageState): TemplateResult {
  const { words, trouble, identity, reconnect } = state;
  if (!isInTheWay(trouble)) return panelsView(state);
  return notice(words, trouble, {
    reconnect,
    signOut: identity?.how === 'login' ? state.signOut : undefined,
  });
}

function panelsView(state: PageState): TemplateResult {
  const { look, words, record } = state;
  return html`
    <section class="panel browse" aria-labelledby="tree-title">
      <h2 id="tree-title" class="unseen">${words.say.tree}</h2>
      ${barView(state)}
      ${treeView(state)}
      ${footView(state)}
    </section>
    <div class="side">
      ${
        look.selected === undefined
          ? html`<section class="panel"><p class="note">${words.say.choose}</p></section>`
          : topicView({ ...state, topic: look.selected, mayPublish: state.mayChange })
      }
      ${plotsView(state)}
      ${publishView(state)}
      ${recordView({ ...state, mayPublish: !isWatchOnly(state.identity), isFilterValid: record.filter !== '' && isInspectable(record.filter) })}
    </div>`;
}

function topView(state: PageState): TemplateResult {
  const { words, identity, connection, signOut, chooseLanguage } = state;
  return header({
    language: words.language,
    languageLabel: words.tell.language,
    chooseLanguage,
    facts: factsView(state),
    session: sessionView(words, { identity, connection, isWatching: isWatchOnly(identity), signOut }),
    share: shareAction(words),
    links: pageLinks(words, { here: 'topics', role: identity?.role ?? '' }),
  });
}

function factsView({ words, connection, shown }: PageState): TemplateResult {
  const { say, number } = words;
  const { topics = 0, messages = 0 } = shown?.frame ?? {};
  return html`
    <li class="connection" data-status=${connection.status}>${connectionText(connection, say)}</li>
    <li>${shown ? say.topicsAndMessages(number(topics), number(messages)) : nothing}</li>`;
}

function connectionText({ status }: Connection, say: PageState['words']['say']): string {
  if (status === 'connecting') return say.connecting;
  return status === 'online' ? say.online : say.offline;
}

/** The most serious message, if there is any. */
function bannerView(state: PageState): TemplateResult | typeof nothing {
  const { words, trouble, identity, isOutdated, hasStayed, reconnect, fault, message } = state;
  if (trouble?.is === 'lost') return lostBanner(words, { trouble, isWatching: isWatchOnly(identity) });
  if (isOutdated) return outdatedBanner(words, reconnect);
  if (hasStayed) return html`<div class="banner">${words.tell.notSignedOut}</div>`;
  if (fault) return html`<div class="banner">${meaningOf(words, fault.code) ?? fault.message}</div>`;
  return message === ''
    ? nothing
    : html`<div class="outcome">${message}
        <button type="button" class="plain" aria-label=${words.say.close} @click=${state.forgetMessage}>×</button></div>`;
}

/** The controls that narrow down the tree. */
function barView({ words, look, typedFilter, bar }: PageState): TemplateResult {
  const { say } = words;
  const onInput = (act: (text: string) => void) => (event: Event) =>
    event.target instanceof HTMLInputElement && act(event.target.value);
  return html`
    <div class="bar">
      <label class="field"><span>${say.filter}</span>
        <input type="search" name="filter" placeholder="home/+/state" autocomplete="off" autocapitalize="off" spellcheck="false"
          aria-invalid=${isInspectable(typedFilter) ? nothing : 'true'} .value=${live(typedFilter)} @input=${onInput(bar.typeFilter)}></label>
      <label class="field"><span>${say.text}</span>
        <input type="search" name="text" maxlength="200" autocomplete="off" autocapitalize="off" spellcheck="false" .value=${live(look.text)} @input=${onInput(bar.typeText)}></label>
      <button type="button" class="plain" aria-pressed=${look.isPaused} @click=${bar.pause}>${look.isPaused ? say.resume : say.pause}</button>
    </div>`;
}

/** The notes below the tree. */
function footView({ words, shown, look, bar, identity }: PageState): TemplateResult {
  const { say, number, exactTime } = words;
  const {
    waiting = 0,
    uncounted = 0,
    isFull = false,
    missed = 0,
    sinceMs,
    isComplete = false,
  } = shown?.frame ?? {};
  return html`
    <div class="foot">
      <p class="note">${sinceMs === undefined ? nothing : say.since(exactTime(sinceMs))}${isComplete || !shown ? nothing : html` ${say.incomplete}`}
        ${isFull ? say.full : nothing} ${uncounted > 0 ? say.uncounted(number(uncounted)) : nothing} ${missed > 0 ? say.missed(number(missed)) : nothing}</p>
      ${waiting > 0 ? html`<p class="note">${say.waiting(number(waiting))}</p>` : nothing}
      ${look.filter === '' ? nothing : html`<button type="button" class="plain alarming" ?disabled=${isWatchOnly(identity)} @click=${bar.clearMatching}>${say.clearMatching}</button>`}
    </div>`;
}
