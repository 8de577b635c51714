import { BehaviorSubject, catchError, EMPTY, map, type Observable } from 'rxjs';
import type { Bus } from '../../../hub/core/bus.ts';

/** A user's progress. The hub keeps it as a retained message at `<base>/progress`, so it is the same in all browsers of that user. */
export interface Progress {
  /** The lesson that is open. */
  readonly lesson: string;
  readonly done: readonly string[];
}

export interface KeptProgress {
  /** The finished lessons, at once and at every change. */
  readonly done$: Observable<ReadonlySet<string>>;
  open(lesson: string): void;
  finish(lesson: string): void;
  close(): void;
}

/** Follows and saves a user's progress. Lessons finished in another browser are never lost: the sets are merged. */
export function keepProgress(client: Bus, base: string): KeptProgress {
  const topic = `${base}/progress`;
  const state$ = new BehaviorSubject<Progress>({ lesson: '', done: [] });
  const change = (next: Progress) => {
    const isNew = next.lesson !== state$.value.lesson || next.done.length > state$.value.done.length;
    if (!isNew) return;
    state$.next(next);
    publish(client, topic, next);
  };
  const take = (kept: readonly string[]) => {
    const { lesson, done: own } = state$.value;
    const done = join(own, kept);
    state$.next({ lesson, done });
    // The hub's set may be incomplete: we may have published before its message arrived, or another browser may have.
    const isComplete = done.length === own.length && done.length === kept.length;
    if (lesson !== '' && !isComplete) publish(client, topic, state$.value);
  };
  const following = client
    .messages(topic, { noLocal: true })
    .pipe(catchError(() => EMPTY))
    .subscribe(({ text = '' }) => take(readProgress(text)?.done ?? []));
  return {
    done$: state$.pipe(map(({ done }) => new Set(done))),
    open: (lesson) => change({ ...state$.value, lesson }),
    finish: (lesson) => change({ ...state$.value, done: join(state$.value.done, [lesson]) }),
    close: () => following.unsubscribe(),
  };
}

/** Parses a saved progress; `undefined` if it is invalid. Anybody with the right may have published there. */
export function readProgress(text: string): Progress | undefined {
  try {
    const { lesson, done }: Record<string, unknown> = Object(JSON.parse(text));
    if (typeof lesson !== 'string' || !Array.isArray(done)) return undefined;
    return { lesson, done: done.filter((one) => typeof one === 'string') };
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function join(one: readonly string[], other: readonly string[]): readonly string[] {
  return [...new Set([...one, ...other])];
}

/** Ignores refusals: without saved progress the page still works, and the lesson itself reports why it may not publish. */
function publish(client: Bus, topic: string, progress: Progress): void {
  client.publish(topic, JSON.stringify(progress), { retain: true }).catch(() => undefined);
}
