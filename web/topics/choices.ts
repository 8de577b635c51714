import { BehaviorSubject, type Observable } from 'rxjs';
import type { InspectedMessage } from '../../hub/core/index.ts';
import type { Question } from './view/question.ts';
import type { ValueForm } from './view/value.ts';

/** State of the page that neither comes from the hub nor is stored. */
export interface Choices {
  /** The row that the keyboard is at. */
  readonly activeIndex: number | undefined;
  /** Which message of the topic is shown; `undefined` for the last one, whichever that is. */
  readonly chosen: InspectedMessage | undefined;
  /** The message, perhaps of another topic, that it is compared with; `undefined` for the one before it. */
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
