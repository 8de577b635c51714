import { html, type TemplateResult } from 'lit';
import { mount } from '../../shared/mount.ts';
import type { Words } from '../words.ts';

/** Something that is done only after it was asked about. */
export interface Question {
  readonly text: string;
  /** The label of the button that does it. */
  readonly yes: string;
  readonly act: () => void;
}

export interface QuestionParts {
  readonly words: Words;
  readonly question: Question;
  readonly dismiss: () => void;
}

/** A dialog with a question. */
export function questionView({ words, question, dismiss }: QuestionParts): TemplateResult {
  const act = () => {
    dismiss();
    question.act();
  };
  return html`
    <dialog class="question" aria-labelledby="question-text" @close=${dismiss} ${mount(HTMLDialogElement, open)}>
      <p id="question-text">${question.text}</p>
      <p class="topic-actions">
        <button type="button" class="plain" autofocus @click=${dismiss}>${words.say.cancel}</button>
        <button type="button" class="do-it" @click=${act}>${question.yes}</button>
      </p>
    </dialog>`;
}

/** An element is mounted before it is in the document, and can be opened only there. */
function open(dialog: HTMLDialogElement) {
  queueMicrotask(() => dialog.isConnected && dialog.showModal());
  return { unsubscribe: () => dialog.close() };
}
