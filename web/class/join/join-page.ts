import { html, nothing, render, type TemplateResult } from 'lit/html.js';
import { BehaviorSubject, combineLatest } from 'rxjs';
import type { ClassApi, ClassVisit } from '../../../hub/client/api/class-api.ts';
import { header } from '../../shared/header.ts';
import type { LanguageChoice } from '../../shared/language.ts';
import { type JoinEntry, type JoinFault, join } from '../model/visit.ts';
import { type Words, words } from '../words.ts';

export interface JoinParts {
  readonly api: Pick<ClassApi, 'join'>;
  readonly language: LanguageChoice;
  /** `undefined` if the hub could not say. */
  readonly visit: ClassVisit | undefined;
  /** The code from the link; may be empty. */
  readonly code: string;
  /** The reason why the student is here again, if there is one. */
  readonly cameBy: JoinFault | undefined;
  readonly reload: () => void;
}

interface State {
  readonly isBusy: boolean;
  readonly fault: JoinFault | undefined;
}

/** Shows the form with which students join. */
export function showJoin(root: HTMLElement, parts: JoinParts): void {
  const { api, language, visit, cameBy, reload } = parts;
  const fault = cameBy ?? (visit ? undefined : 'unreachable');
  const state$ = new BehaviorSubject<State>({ isBusy: false, fault });
  const submit = async (entry: JoinEntry) => {
    state$.next({ isBusy: true, fault: undefined });
    const found = await join(api, entry);
    if (found === undefined) reload();
    else state$.next({ isBusy: false, fault: found });
  };
  combineLatest([language.language$, state$]).subscribe(([code, state]) => {
    document.documentElement.lang = code;
    document.title = `${words[code].say.joinTitle} · Pinhub`;
    render(pageView(words[code], { ...parts, state, submit: (entry) => void submit(entry) }), root);
  });
}

interface PageParts extends JoinParts {
  readonly state: State;
  readonly submit: (entry: JoinEntry) => void;
}

function pageView(shown: Words, parts: PageParts): TemplateResult {
  const { say } = shown;
  const { language, visit } = parts;
  return html`
    ${header({ language: shown.language, languageLabel: shown.tell.language, chooseLanguage: language.choose })}
    <main class="door">${visit?.you === 'other' ? otherView(say) : doorView(say, parts)}</main>`;
}

function otherView(say: Words['say']): TemplateResult {
  return html`<h2>${say.teacherOnly}</h2><p>${say.teacherOnlyHint}</p>
    <p><a class="plain" href="./">${say.openDashboard}</a></p>${accountView(say)}`;
}

function doorView(say: Words['say'], { visit, code, state, submit }: PageParts): TemplateResult {
  const isClosed = visit?.isOpen === false;
  return html`
    <h2>${isClosed ? say.noClass : say.joinTitle}</h2>
    <p>${isClosed ? say.noClassHint : say.joinHint}</p>
    <p role="alert">${state.fault ? say.joinFaults[state.fault] : nothing}</p>
    <form @submit=${onSubmit(submit)}>
      <label class="field">${say.code}
        <input class="code" name="code" required maxlength="12" autocomplete="off" autocapitalize="characters" spellcheck="false"
          value=${code}>
      </label>
      <label class="field">${say.nickname}
        <input name="nickname" maxlength="48" autocomplete="nickname" spellcheck="false" aria-describedby="nickname-hint"
          ?autofocus=${code !== ''}>
      </label>
      <p class="hint" id="nickname-hint">${say.nicknameHint}</p>
      <button class="strong" ?disabled=${state.isBusy}>${state.isBusy ? say.joining : say.join}</button>
    </form>
    ${accountView(say)}`;
}

/** While there is a class, the page for logging in leads here, and accounts log in behind this link. */
function accountView(say: Words['say']): TemplateResult {
  return html`<p class="aside"><a href="login?account&next=class">${say.account}</a></p>`;
}

function onSubmit(submit: (entry: JoinEntry) => void): (event: SubmitEvent) => void {
  return (event) => {
    event.preventDefault();
    if (!(event.target instanceof HTMLFormElement)) return;
    const fields = new FormData(event.target);
    submit({ code: String(fields.get('code') ?? ''), nickname: String(fields.get('nickname') ?? '') });
  };
}
