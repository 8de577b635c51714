import { BehaviorSubject, type Observable } from 'rxjs';
import type { Question } from './view/question.ts';
import type { ValueForm } from './view/value.ts';

/** What of the page is neither asked of the hub nor kept. */
export interface Choices {
  /** The row that the keyboard is at. */
  readonly activeIndex: number | undefined;
  /** Which message of the topic is shown, from the last. */
  readonly chosen: number;
  readonly form: ValueForm;
  readonly question: Question | undefined;
  /** What the hub has refused, or has done. */
  readonly message: string;
}

const FIRST: Choices = { activeIndex: undefined, chosen: 0, form: 'auto', question: undefined, message: '' };

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
