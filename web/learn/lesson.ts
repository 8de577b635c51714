import type { TemplateResult } from 'lit/html.js';
import { BehaviorSubject, type Observable } from 'rxjs';
import type { HubClientOptions } from '../../hub/client/create-hub-client.ts';
import type { HubClient } from '../../hub/client/hub-client.ts';
import type { learn } from '../languages/en/learn.ts';
import type { Words } from './words.ts';

/** The lessons, by the names of their texts in every language. */
export type LessonId = keyof (typeof learn)['lessons'];

/** The services that a lesson may use. */
export interface Stage {
  /** The page's own client. */
  readonly client: HubClient;
  /** The hub's address, with a slash at its end. */
  readonly address: string;
  /** The base of the learner's own topics: `learn/k7m2qx`, or `ana/learn` for a user who may only publish below `ana`. */
  readonly base: string;
  /** Whether programs must authenticate to the hub. */
  readonly asksWho: boolean;
  /** Whether the user may read the topics of the hub's own board. */
  readonly seesBoard: boolean;
  /** Creates another client of the same user. The caller closes it. */
  readonly join: (options?: HubClientOptions) => HubClient;
}

/** Renders the current view of a lesson. */
export type View = (words: Words) => TemplateResult;

/** A lesson in progress. It works from the first subscription to `view$` until `close`. */
export interface OpenLesson {
  /** The view, at once and at every change. */
  readonly view$: Observable<View>;
  /** Whether each step of the task is done, at once and at every change. Only messages from the hub, and answers, count. */
  readonly steps$: Observable<readonly boolean[]>;
  close(): void;
}

export interface Lesson {
  readonly id: LessonId;
  open(stage: Stage): OpenLesson;
}

/** The state of the lesson in progress. */
export interface AtLesson {
  readonly base: string;
  readonly done: ReadonlySet<string>;
  readonly steps: readonly boolean[];
  readonly view: View;
}

/** The steps of a task. A finished step stays finished. */
export class Steps {
  readonly #done$: BehaviorSubject<readonly boolean[]>;

  constructor(count: number) {
    this.#done$ = new BehaviorSubject<readonly boolean[]>(Array.from({ length: count }, () => false));
  }

  get steps$(): Observable<readonly boolean[]> {
    return this.#done$.asObservable();
  }

  reach(index: number): void {
    if (this.#done$.value[index] === false)
      this.#done$.next(this.#done$.value.map((isDone, each) => isDone || each === index));
  }

  /** The first unfinished step; the number of steps if all are done. */
  get next(): number {
    const index = this.#done$.value.indexOf(false);
    return index < 0 ? this.#done$.value.length : index;
  }
}
