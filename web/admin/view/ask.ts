import { html, nothing, render, type TemplateResult } from 'lit/html.js';
import { type HubError, toHubError } from '../../../hub/core/index.ts';
import { meaningOf } from '../../shared/words.ts';
import type { Words } from '../words.ts';

interface Asked {
  readonly title: string;
  /** The content above the buttons: text, or fields of a form. */
  readonly content: unknown;
  /** The label of the button that does it. */
  readonly action: string;
  /** Whether it deletes something. */
  readonly isGrave?: boolean;
  /** Does it; a result, if there is one, is shown until the dialog is closed. */
  readonly act: (fields: FormData) => Promise<TemplateResult | undefined>;
}

interface State {
  readonly isBusy: boolean;
  readonly error: HubError | undefined;
  readonly result: TemplateResult | undefined;
}

/** Opens a dialog that asks for confirmation. If the hub refuses, the dialog shows the error and stays open. */
export function openAsk(words: Words, asked: Asked): void {
  const dialog = document.createElement('dialog');
  dialog.className = 'ask';
  dialog.setAttribute('aria-labelledby', 'ask-title');
  let state: State = { isBusy: false, error: undefined, result: undefined };
  const show = (change: Partial<State>) => {
    state = { ...state, ...change };
    render(askView(words, asked, { state, submit, close: () => dialog.close() }), dialog);
  };
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    if (!(event.target instanceof HTMLFormElement)) return;
    const fields = new FormData(event.target);
    show({ isBusy: true, error: undefined });
    asked.act(fields).then(
      (result) => (result ? show({ result, isBusy: false }) : dialog.close()),
      (error: unknown) => show({ error: toHubError(error), isBusy: false }),
    );
  };
  dialog.addEventListener('close', () => dialog.remove());
  document.body.append(dialog);
  show({});
  dialog.showModal();
}

interface AskParts {
  readonly state: State;
  readonly submit: (event: SubmitEvent) => void;
  readonly close: () => void;
}

function askView(
  words: Words,
  { title, content, action, isGrave = false }: Asked,
  parts: AskParts,
): TemplateResult {
  const { state, submit, close } = parts;
  const { say } = words;
  if (state.result)
    return html`<h2 id="ask-title">${title}</h2>${state.result}
      <div class="ask-actions"><button type="button" class="strong" @click=${close}>${say.done}</button></div>`;
  return html`<form @submit=${submit}>
    <h2 id="ask-title">${title}</h2>
    ${content}
    <div role="alert">${state.error ? html`<p class="fault">${describe(words, state.error)}</p>` : nothing}</div>
    <div class="ask-actions">
      <button type="button" class="plain" @click=${close}>${say.cancel}</button>
      <button type="submit" class=${isGrave ? 'grave' : 'strong'} ?disabled=${state.isBusy}>${action}</button>
    </div>
  </form>`;
}

/** The hub's own words about an invalid setting: they say which one it is. */
function describe(words: Words, { code, message }: HubError): string {
  return code === 'option/invalid' ? message : (meaningOf(words, code) ?? message);
}

/** The text of a field. */
export function textOf(fields: FormData, name: string): string {
  const value = fields.get(name);
  return typeof value === 'string' ? value.trim() : '';
}

interface FieldParts {
  readonly name: string;
  readonly label: string;
  readonly type?: 'text' | 'password' | 'number';
  readonly isOptional?: boolean;
}

export function field({ name, label, type = 'text', isOptional = false }: FieldParts): TemplateResult {
  const completes = type === 'password' ? 'new-password' : 'off';
  return html`<label class="ask-field">${label}
    <input name=${name} type=${type} autocomplete=${completes} autocapitalize="none" spellcheck="false"
      min=${type === 'number' ? 1 : nothing} ?required=${!isOptional}></label>`;
}
