import { BehaviorSubject, type Observable } from 'rxjs';
import type { InspectedMessage } from '../../hub/core/index.ts';
import type { Question } from './view/question.ts';
import type { ValueForm } from './view/value.ts';

/** State of the page that neither comes from the hub nor is stored. */
export interface Choices {
  /** The row with the keyboard's focus. */
  readonly activeIndex: number | undefined;
  /** The message of the topic that is shown; `undefined` for the last one, even when a newer one comes. */
  readonly chosen: InspectedMessage | undefined;
  /** The message to compare with, perhaps of another topic; `undefined` for the previous one. */
  readonly compared: InspectedMessage | undefined;
  readonly form: ValueForm;
  readonly question: Question | undefined;
  /** The hub's last refusal, or its last success. */
  readonly message: string;
}

const FIRST: Choices = {
  activeIndex: undefined,
  chosen: undefined,
  compared: undefined,
  form: 'auto',
  question: undefined,
  message: '',
};

export interface ChoiceStore {
  readonly choices$: Observable<Choices>;
  readonly choices: () => Choices;
  choose(changes: Partial<Choices>): void;
}

export function createChoices(): ChoiceStore {
  const choices$ = new BehaviorSubject(FIRST);
  return {
    choices$,
    choices: () => choices$.value,
    choose: (changes) => choices$.next({ ...choices$.value, ...changes }),
  };
}
