import type { TemplateResult } from 'lit/html.js';
import { BehaviorSubject, type Observable } from 'rxjs';
import type { HubClientOptions } from '../../hub/client/create-hub-client.ts';
import type { HubClient } from '../../hub/client/hub-client.ts';
import type { learn } from '../languages/en/learn.ts';
import type { Words } from './words.ts';

/** The lessons, by the names that their texts have in every language. */
export type LessonId = keyof (typeof learn)['lessons'];

/** What a lesson may use. */
export interface Stage {
  /** The page's own client. */
  readonly client: HubClient;
  /** The hub's address, with a slash at its end. */
  readonly address: string;
  /** The learner's own topics are below it: `learn/k7m2qx`, or `ana/learn` for somebody who may only publish below `ana`. */
  readonly base: string;
  /** Whether the hub asks programs who they are. */
  readonly asksWho: boolean;
  /** Whether one may read what the hub's own board tells of itself. */
  readonly seesBoard: boolean;
  /** Another client of the same person. Whoever asks for one closes it. */
  readonly join: (options?: HubClientOptions) => HubClient;
}

/** What a lesson shows. */
export type View = (words: Words) => TemplateResult;

/** A lesson that somebody is at. It works from the first subscription to `view$` until `close`. */
export interface OpenLesson {
  /** At once, and at every change. */
  readonly view$: Observable<View>;
  /** Whether each step of the task is done, at once and at every change. Only messages that came from the hub, and answers, count. */
  readonly steps$: Observable<readonly boolean[]>;
  close(): void;
}

export interface Lesson {
  readonly id: LessonId;
  open(stage: Stage): OpenLesson;
}

/** A lesson as somebody is at it. */
export interface AtLesson {
  readonly base: string;
  readonly done: ReadonlySet<string>;
  readonly steps: readonly boolean[];
  readonly view: View;
}

/** The steps of a task. What was done once stays done. */
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

  /** The first step that is not done; the number of steps if all are. */
  get next(): number {
    const index = this.#done$.value.indexOf(false);
    return index < 0 ? this.#done$.value.length : index;
  }
}
