import { html, nothing, render, type TemplateResult } from 'lit/html.js';
import { BehaviorSubject, combineLatest, exhaustMap, filter, timer } from 'rxjs';
import type { ClassApi, ClassSeat, SeatCode } from '../../../hub/client/api/class-api.ts';
import { header } from '../../shared/header.ts';
import type { LanguageChoice } from '../../shared/language.ts';
import { askVisit } from '../model/visit.ts';
import { deviceCommand } from '../view/device-command.ts';
import { codeView, tokenView } from '../view/secrets.ts';
import { type Words, words } from '../words.ts';

export interface SeatParts {
  readonly api: Pick<ClassApi, 'visit' | 'seatCode' | 'token'>;
  readonly language: LanguageChoice;
  readonly seat: ClassSeat;
  readonly isPaused: boolean;
  /** The address of the hub. */
  readonly hub: string;
  readonly signOut: () => Promise<boolean>;
  readonly reload: () => void;
  /** Goes where the student may join again, and says that the seat is gone. */
  readonly lose: () => void;
}

interface State {
  readonly seat: ClassSeat;
  readonly isPaused: boolean;
  readonly code?: SeatCode;
  readonly token?: string;
  readonly hasFailed?: boolean;
}

/** The interval at which the page asks whether the class is paused, milliseconds. */
const EVERY_MS = 5_000;

/** Shows a student their seat: their board, their topics, and how to add more devices. */
export function showSeat(root: HTMLElement, parts: SeatParts): void {
  const { api, language, reload, lose, signOut } = parts;
  const state$ = new BehaviorSubject<State>({ seat: parts.seat, isPaused: parts.isPaused });
  const show = (change: Partial<State>) => state$.next({ ...state$.value, hasFailed: false, ...change });
  const attempt = (work: Promise<Partial<State>>) => {
    work.then(show, () => show({ hasFailed: true }));
  };
  const actions: Actions = {
    makeCode: () => attempt(api.seatCode().then((code) => ({ code }))),
    makeToken: () => attempt(api.token().then((token) => ({ token }))),
    leave: () => void signOut().then((isOut) => (isOut ? reload() : show({ hasFailed: true }))),
  };
  timer(EVERY_MS, EVERY_MS)
    .pipe(
      filter(() => !document.hidden),
      exhaustMap(() => askVisit(api)),
    )
    .subscribe((visit) => {
      if (visit?.you === 'stranger' && visit.isOpen) lose();
      else if (visit && !visit.seat) reload();
      else if (visit?.seat) state$.next({ ...state$.value, seat: visit.seat, isPaused: visit.isPaused });
    });
  combineLatest([language.language$, state$]).subscribe(([code, state]) => {
    document.documentElement.lang = code;
    document.title = `${state.seat.nickname} · Pinhub`;
    render(pageView(words[code], { ...parts, state, actions }), root);
  });
}

interface Actions {
  readonly makeCode: () => void;
  readonly makeToken: () => void;
  readonly leave: () => void;
}

interface PageParts extends Pick<SeatParts, 'language' | 'hub'> {
  readonly state: State;
  readonly actions: Actions;
}

function pageView(shown: Words, { language, hub, state, actions }: PageParts): TemplateResult {
  const { say } = shown;
  const { seat, nickname } = state.seat;
  return html`
    ${header({ language: shown.language, languageLabel: shown.tell.language, chooseLanguage: language.choose })}
    <main class="door seat">
      <div role="status">${state.isPaused ? html`<p class="paused"><b>${say.paused}</b> ${say.pausedHint}</p>` : nothing}</div>
      <h2><bdi>${say.hello(nickname)}</bdi></h2>
      <p>${say.yourTopics} <code dir="auto">${seat}/</code></p>
      <p role="alert">${state.hasFailed ? say.failed : nothing}</p>
      <ul class="ways">
        ${wayView(`simulator?device=${encodeURIComponent(seat)}`, say.openBoard, say.openBoardHint)}
        ${wayView('./', say.openDashboard, say.openDashboardHint)}
        ${wayView('learn', say.openLessons, say.openLessonsHint)}
      </ul>
      <p><a href="topics">${say.openTopics}</a></p>
      <details>
        <summary>${say.anotherDevice}</summary>
        <p>${say.anotherDeviceHint}</p>
        ${state.code ? codeView(shown, state.code) : nothing}
        <button type="button" class="strong" @click=${actions.makeCode}>${say.makeCode}</button>
      </details>
      <details>
        <summary>${say.program}</summary>
        <p>${say.programHint}</p>
        ${state.token ? html`${tokenView(shown, state.token)}<p>${say.runDevice}</p><pre class="listing"><code>${deviceCommand({ hub, seat, token: state.token })}</code></pre>` : nothing}
        <button type="button" class="strong" @click=${actions.makeToken}>${say.makeToken}</button>
      </details>
      <p class="aside"><button type="button" class="plain" @click=${actions.leave}>${say.leave}</button></p>
      <p class="account"><a href="login?account&next=class">${say.account}</a></p>
    </main>`;
}

/** A link that opens another page in a new tab, because this one must stay open for its codes. */
function wayView(href: string, name: string, hint: string): TemplateResult {
  return html`<li><a href=${href} target="_blank" rel="noopener"><b>${name}</b><span>${hint}</span></a></li>`;
}
