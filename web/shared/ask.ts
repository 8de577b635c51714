import { html, nothing, render, type TemplateResult } from 'lit/html.js';
import { toHubError } from '../../hub/core/index.ts';
import { Said } from './said.ts';
import { meaningOf, type Words } from './words.ts';

/** The words of the buttons, which each page has among its own. */
type AskWords = Words<{ readonly cancel: string; readonly done: string }>;

export interface Asked {
  readonly title: string;
  /** The content above the buttons: text, or fields of a form. */
  readonly content: unknown;
  /** The label of the button that performs the action. */
  readonly action: string;
  /** Whether the action deletes something. */
  readonly isGrave?: boolean;
  /** Performs the action. If it resolves to a result, that is shown until the dialog is closed. */
  readonly act: (fields: FormData) => Promise<TemplateResult | undefined>;
}

interface State {
  readonly isBusy: boolean;
  /** Why the action has failed, in the reader's language. */
  readonly fault: string | undefined;
  readonly result: TemplateResult | undefined;
}

/** Opens a dialog that asks for confirmation. If the hub refuses, the dialog says why in the reader's language, and stays open. */
export function openAsk(words: AskWords, asked: Asked): void {
  const dialog = document.createElement('dialog');
  dialog.className = 'ask';
  dialog.setAttribute('aria-labelledby', 'ask-title');
  let state: State = { isBusy: false, fault: undefined, result: undefined };
  const close = () => dialog.close();
  const present = (result: TemplateResult) => {
    show({ result });
    // The focused button is gone. The new button does not get the focus, because a key that is still held would close the result.
    dialog.querySelector<HTMLElement>('.ask-result')?.focus();
  };
  const show = (change: Partial<State>) => {
    state = { ...state, ...change };
    render(
      state.result
        ? resultView(words, asked, state.result, close)
        : formView(words, asked, state, { submit, close }),
      dialog,
    );
  };
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    if (!(event.target instanceof HTMLFormElement)) return;
    show({ isBusy: true, fault: undefined });
    asked.act(new FormData(event.target)).then(
      (result) => (result ? present(result) : close()),
      (error: unknown) => show({ fault: describe(words, error), isBusy: false }),
    );
  };
  dialog.addEventListener('close', () => dialog.remove());
  document.body.append(dialog);
  show({});
  dialog.showModal();
}

function resultView(
  { say }: AskWords,
  { title }: Asked,
  result: TemplateResult,
  close: () => void,
): TemplateResult {
  return html`<h2 id="ask-title">${title}</h2>
    <div class="ask-result" role="status" tabindex="-1">${result}</div>
    <div class="ask-actions"><button type="button" class="strong" @click=${close}>${say.done}</button></div>`;
}

interface Ways {
  readonly submit: (event: SubmitEvent) => void;
  readonly close: () => void;
}

function formView(
  words: AskWords,
  asked: Asked,
  { fault, isBusy }: State,
  { submit, close }: Ways,
): TemplateResult {
  return html`<form @submit=${submit}>
    <h2 id="ask-title">${asked.title}</h2>
    ${asked.content}
    <div role="alert">${fault === undefined ? nothing : html`<p class="fault">${fault}</p>`}</div>
    <div class="ask-actions">
      <button type="button" class="plain" @click=${close}>${words.say.cancel}</button>
      <button type="submit" class=${asked.isGrave ? 'grave' : 'strong'} ?disabled=${isBusy}>${asked.action}</button>
    </div>
  </form>`;
}

/**
 * Describes an error in the reader's language. An action that knows a better text than that of the error's code throws `Said`. For an invalid setting or value the text
 * also has the original message, which names the wrong one.
 */
function describe(words: AskWords, error: unknown): string {
  if (error instanceof Said) return error.message;
  const { code, message } = toHubError(error);
  if (code === 'option/invalid') return message;
  const meaning = meaningOf(words, code) ?? message;
  return code === 'payload/invalid' ? `${meaning} (${message})` : meaning;
}
