import { html, nothing, render, type TemplateResult } from 'lit/html.js';
import { BehaviorSubject, combineLatest } from 'rxjs';
import { header } from '../shared/header.ts';
import type { LanguageChoice } from '../shared/language.ts';
import type { Refusal, Shown } from './sign-in.ts';
import { type Words, words } from './words.ts';

export interface LoginParts {
  readonly language: LanguageChoice;
  /** Why the browser was sent here, if there is a reason to tell. */
  readonly reason?: Refusal | undefined;
  readonly signIn: (shown: Shown) => Promise<Refusal | undefined>;
  readonly onSignedIn: () => void;
}

interface State {
  readonly isChecking: boolean;
  readonly refusal: Refusal | undefined;
}

/** Shows the login page in an element. */
export function showLogin(root: HTMLElement, { language, reason, signIn, onSignedIn }: LoginParts): void {
  const state$ = new BehaviorSubject<State>({ isChecking: false, refusal: reason });
  const submit = async (shown: Shown) => {
    state$.next({ isChecking: true, refusal: undefined });
    const refusal = await signIn(shown);
    if (refusal === undefined) onSignedIn();
    else state$.next({ isChecking: false, refusal });
  };
  combineLatest([language.language$, state$]).subscribe(([code, state]) => {
    document.documentElement.lang = code;
    document.title = `${words[code].say.title} · Pinhub`;
    render(page(words[code], { state, language, submit: (shown) => void submit(shown) }), root);
  });
}

interface PageParts {
  readonly state: State;
  readonly language: LanguageChoice;
  readonly submit: (shown: Shown) => void;
}

function page(words: Words, { state, language, submit }: PageParts): TemplateResult {
  const { say } = words;
  return html`
    ${header({ language: words.language, languageLabel: words.tell.language, chooseLanguage: language.choose })}
    <main class="login">
      <h2>${say.title}</h2>
      <p>${say.hint}</p>
      <p role="alert">${describe(say, state.refusal)}</p>
      ${passwordForm(say, state, submit)}
      <details>
        <summary>${say.orToken}</summary>
        ${tokenForm(say, state, submit)}
      </details>
    </main>
  `;
}

function describe(say: Words['say'], refusal: Refusal | undefined): string | typeof nothing {
  return refusal ? say[refusal.why].replace('{seconds}', `${refusal.seconds}`) : nothing;
}

function passwordForm(say: Words['say'], state: State, submit: PageParts['submit']): TemplateResult {
  const read = (fields: FormData) => ({ user: text(fields, 'user'), password: text(fields, 'password') });
  return html`
    <form @submit=${onSubmit((fields) => submit(read(fields)))}>
      <label>${say.user}
        <input name="user" autocomplete="username" autocapitalize="none" spellcheck="false" autofocus required>
      </label>
      <label>${say.password}
        <input name="password" type="password" autocomplete="current-password" required>
      </label>
      <button ?disabled=${state.isChecking}>${state.isChecking ? say.checking : say.enter}</button>
    </form>
  `;
}

function tokenForm(say: Words['say'], state: State, submit: PageParts['submit']): TemplateResult {
  return html`
    <form @submit=${onSubmit((fields) => submit({ token: text(fields, 'token').trim() }))}>
      <label>${say.token}
        <input name="token" type="password" autocomplete="off" aria-describedby="token-hint" required>
      </label>
      <p id="token-hint">${say.tokenHint}</p>
      <button ?disabled=${state.isChecking}>${say.enterWithToken}</button>
    </form>
  `;
}

function onSubmit(take: (fields: FormData) => void): (event: SubmitEvent) => void {
  return (event) => {
    event.preventDefault();
    if (event.target instanceof HTMLFormElement) take(new FormData(event.target));
  };
}

function text(fields: FormData, name: string): string {
  const value = fields.get(name);
  return typeof value === 'string' ? value : '';
}
