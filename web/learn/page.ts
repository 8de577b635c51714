import { keyed } from 'lit/directives/keyed.js';
import { html, nothing, type TemplateResult } from 'lit/html.js';
import type { Connection } from '../../hub/client/hub-client.ts';
import type { Identity } from '../../hub/client/identity.ts';
import type { Language } from '../languages/index.ts';
import { header } from '../shared/header.ts';
import { pageLinks } from '../shared/page-links.ts';
import { sessionView } from '../shared/session-view.ts';
import { isInTheWay, type Trouble } from '../shared/trouble.ts';
import { lostBanner, notice, outdatedBanner, pausedBanner } from '../shared/trouble-view.ts';
import type { AtLesson, LessonId } from './lesson.ts';
import { LESSONS } from './lessons/index.ts';
import { devicesOf } from './model/learner.ts';
import { marked, paragraphs } from './view/text.ts';
import type { Words } from './words.ts';

export interface PageState {
  readonly words: Words;
  readonly chosen: LessonId;
  /** `undefined` until the hub has told us our identity; `closed` for a user who may not publish. */
  readonly at: AtLesson | 'closed' | undefined;
  readonly connection: Connection;
  readonly trouble: Trouble | undefined;
  readonly identity: Identity | undefined;
  readonly isOutdated: boolean;
  readonly hasStayed: boolean;
  readonly isPaused: boolean;
  readonly choose: (id: LessonId) => void;
  readonly chooseLanguage: (language: Language) => void;
  readonly signOut: () => void;
  readonly reconnect: () => void;
}

/** The last of the lessons that need only a browser. */
const LAST: LessonId = 'page';

/** The whole page: the list of lessons on one side, the open lesson on the other. */
export function pageView(state: PageState): TemplateResult {
  return html`
    ${topView(state)}
    <div role="status">${bannerView(state)}</div>
    <main ?data-stale=${state.trouble !== undefined}>${contentView(state)}</main>`;
}

function topView({ words, identity, connection, signOut, chooseLanguage }: PageState): TemplateResult {
  return header({
    language: words.language,
    languageLabel: words.tell.language,
    chooseLanguage,
    facts: html`<li class="connection" data-status=${connection.status}>${words.say.connectionStatus[connection.status]}</li>`,
    session: sessionView(words, { identity, connection, isWatching: false, signOut }),
    links: pageLinks(words, { here: 'learn', role: identity?.role ?? '' }),
  });
}

function bannerView({
  words,
  trouble,
  isOutdated,
  hasStayed,
  isPaused,
  reconnect,
}: PageState): TemplateResult | typeof nothing {
  if (trouble?.is === 'lost') return lostBanner(words, { trouble, isWatching: false });
  if (isOutdated) return outdatedBanner(words, reconnect);
  if (hasStayed) return html`<div class="banner">${words.tell.notSignedOut}</div>`;
  return isPaused ? pausedBanner(words) : nothing;
}

function contentView(state: PageState): TemplateResult {
  const { words, trouble, identity, reconnect, signOut, at } = state;
  if (isInTheWay(trouble))
    return notice(words, trouble, { reconnect, signOut: identity?.how === 'login' ? signOut : undefined });
  if (at === 'closed') return html`<section class="learn-panel"><p>${words.say.closed}</p></section>`;
  return html`${listView(state)}${at ? lessonView(state, at) : nothing}`;
}

function listView({ words, chosen, at, choose }: PageState): TemplateResult {
  const { say } = words;
  const done = at === 'closed' ? undefined : at?.done;
  return html`<nav class="learn-list" aria-label=${say.title}>
    <h2>${say.title}</h2>
    <ol>${LESSONS.map(({ id }) => {
      const isDone = done?.has(id) ?? false;
      return html`<li><button type="button" aria-current=${id === chosen ? 'page' : 'false'} ?data-done=${isDone} @click=${() => choose(id)}>
        <span>${say.lessons[id].title}</span>${isDone ? html`<span class="learn-mark">${say.done}</span>` : nothing}</button></li>`;
    })}</ol>
    <p class="learn-note">${at === undefined || at === 'closed' ? nothing : marked(say.kept(`${at.base}/progress`))}</p>
  </nav>`;
}

function lessonView(state: PageState, at: AtLesson): TemplateResult {
  const { words, chosen } = state;
  const { say } = words;
  const lesson = textsOf(words, chosen, at);
  const isDoneNow = at.steps.every(Boolean);
  // The hub keeps which lessons are done, and not which steps: those of a finished lesson are done.
  const isDone = isDoneNow || at.done.has(chosen);
  return html`${keyed(
    chosen,
    html`<article class="learn-panel" aria-labelledby="lesson">
      <h2 id="lesson" tabindex="-1">${LESSONS.findIndex(({ id }) => id === chosen) + 1}. ${lesson.title}</h2>
      ${paragraphs(lesson.text)}
      <section class="learn-task" aria-labelledby="task">
        <h3 id="task">${say.task}</h3>
        <ol>${lesson.steps.map((step, index) => stepView(words, step, isDone || at.steps[index] === true))}</ol>
        ${isDone && !isDoneNow ? html`<p class="learn-note">${say.doneBefore}</p>` : nothing}
      </section>
      <div class="learn-stage">${at.view(words)}</div>
      ${hintsView(words, lesson.hints)}
      ${isDone ? praiseView(state) : nothing}
      ${sourcesView(words, chosen)}
    </article>`,
  )}`;
}

/** From a seat of a class, fewer programs reach the board. */
function textsOf({ say }: Words, id: LessonId, { base }: Pick<AtLesson, 'base'>) {
  const inSeat = id === 'python' && devicesOf(base) !== '' ? say.python.inSeat : {};
  return { ...say.lessons[id], ...inSeat };
}

function stepView({ say }: Words, step: string, isDone: boolean): TemplateResult {
  return html`<li data-done=${isDone}>${marked(step)} ${isDone ? html`<span class="learn-mark">${say.done}</span>` : nothing}</li>`;
}

function hintsView({ say }: Words, hints: readonly string[]): TemplateResult {
  return html`<details class="learn-hints"><summary>${say.hints}</summary><ul>${hints.map((hint) => html`<li>${marked(hint)}</li>`)}</ul></details>`;
}

function praiseView({ words, chosen, choose }: PageState): TemplateResult {
  const { say } = words;
  const next = LESSONS[LESSONS.findIndex(({ id }) => id === chosen) + 1];
  return html`<section class="learn-praise" role="status">
    ${paragraphs(say.lessons[chosen].learned)}
    ${chosen === LAST ? html`<p>${marked(say.end)}</p>` : nothing}
    ${next ? html`<button type="button" class="strong" @click=${() => choose(next.id)}>${say.next(say.lessons[next.id].title)}</button>` : nothing}
  </section>`;
}

function sourcesView({ say }: Words, id: LessonId): TemplateResult {
  return html`<footer class="learn-sources"><h3>${say.sources}</h3><ul>${say.lessons[id].sources.map(
    ({ text, url }) => html`<li><a href=${url} rel="noreferrer">${text}</a></li>`,
  )}</ul></footer>`;
}
