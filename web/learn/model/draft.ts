import {
  BehaviorSubject,
  catchError,
  debounceTime,
  defer,
  EMPTY,
  merge,
  type Observable,
  retry,
  Subject,
  Subscription,
  switchMap,
  throwError,
  timer,
} from 'rxjs';
import type { Bus } from '../../../hub/core/bus.ts';
import { toHubError } from '../../../hub/core/error.ts';

/** A program that somebody writes. */
export interface Draft {
  /** `undefined` while nothing of it is theirs. */
  readonly text: string | undefined;
  /** Programs that were put aside for it, the last one last. */
  readonly before: readonly string[];
  /** What a teacher has handed out. */
  readonly given: string | undefined;
}

export interface KeptDraft {
  /** At once, and at every change. */
  readonly draft$: Observable<Draft>;
  edit(text: string): void;
  /** Keeps what is written now, rather than soon. */
  save(): void;
  /** Puts what is written aside: the program is the one to begin with again. */
  startOver(): void;
  /** Takes up what was put aside last. What is written takes the first place there, so that nothing is lost. */
  goBack(): void;
  close(): void;
}

/** How long nothing must have been typed before it is kept, milliseconds. */
const PAUSE_MS = 1_000;

/** How long after the hub has refused a program it is offered again, milliseconds: a class may be paused. */
const AGAIN_MS = 3_000;

/** Programs that are put aside, at most. */
const MOST_BEFORE = 8;

const TEMPORARY: ReadonlySet<string> = new Set(['class/paused', 'limit/exceeded']);

/**
 * Follows and keeps a program: what is written at `<base>/program`, what was put aside at `<base>/program/before`, both retained. A teacher
 * hands one out at `<base>/program/given`.
 */
export function keepDraft(bus: Bus, base: string): KeptDraft {
  const topic = `${base}/program`;
  const state$ = new BehaviorSubject<Draft>({ text: undefined, before: [], given: undefined });
  const change = (part: Partial<Draft>) => state$.next({ ...state$.value, ...part });
  const text = keepValue(bus, topic);
  const before = keepValue(bus, `${topic}/before`);
  const life = new Subscription();
  const follow = (name: string, take: (text: string) => void) =>
    life.add(
      bus
        .messages(name, { noLocal: true })
        .pipe(catchError(() => EMPTY))
        .subscribe((message) => take(message.text ?? '')),
    );
  const putAside = (programs: readonly string[]) => {
    change({ before: programs });
    before.put(programs.length === 0 ? '' : JSON.stringify(programs));
    before.save();
  };
  const write = (next: string | undefined) => {
    change({ text: next });
    text.put(next ?? '');
  };
  follow(topic, (kept) => {
    const { text: own, before: aside } = state$.value;
    // Otherwise both were written at a time: ours takes the place.
    if (text.accept(kept)) change({ text: kept === '' ? undefined : kept });
    else if (kept !== '' && kept !== own) putAside(withLast(aside, kept));
  });
  follow(`${topic}/before`, (kept) => {
    const theirs = readPrograms(kept);
    const own = state$.value.before;
    if (own.some((one) => !theirs.includes(one))) putAside(own.reduce(withLast, theirs));
    else change({ before: theirs });
  });
  follow(`${topic}/given`, (given) => change({ given: given === '' ? undefined : given }));
  return {
    draft$: state$.asObservable(),
    edit: write,
    save: text.save,
    startOver() {
      const { text: own, before: aside } = state$.value;
      if (own === undefined) return;
      putAside(withLast(aside, own));
      write(undefined);
      text.save();
    },
    goBack() {
      const { text: own, before: aside } = state$.value;
      const last = aside.at(-1);
      if (last === undefined) return;
      const others = aside.slice(0, -1);
      putAside(own === undefined ? others : [own, ...others.filter((one) => one !== own)]);
      write(last);
      text.save();
    },
    close() {
      text.close();
      before.close();
      life.unsubscribe();
    },
  };
}

/** A list with a program at its end, once; the first ones make room. */
function withLast(programs: readonly string[], program: string): readonly string[] {
  return [...programs.filter((one) => one !== program), program].slice(-MOST_BEFORE);
}

/** Anybody with the right to may have published there. */
function readPrograms(text: string): readonly string[] {
  try {
    const kept: unknown = JSON.parse(text === '' ? '[]' : text);
    return Array.isArray(kept) ? kept.filter((one) => typeof one === 'string').slice(-MOST_BEFORE) : [];
  } catch (error) {
    if (error instanceof SyntaxError) return [];
    throw error;
  }
}

interface KeptValue {
  /** Takes what the hub has, unless there is a value that it does not have yet. Returns whether it did. */
  accept(value: string): boolean;
  put(value: string): void;
  save(): void;
  close(): void;
}

/** Publishes the last value that it is given, retained: soon, or at once when it is saved. */
function keepValue(bus: Bus, topic: string): KeptValue {
  const put$ = new Subject<void>();
  const save$ = new Subject<void>();
  let wanted = '';
  let kept = '';
  const publish = async () => {
    const value = wanted;
    if (value === kept) return;
    await bus.publish(topic, value, { retain: true });
    kept = value;
  };
  const publishing$ = defer(publish).pipe(
    retry({ delay: (error) => (isTemporary(error) ? timer(AGAIN_MS) : throwError(() => error)) }),
    // A program that the hub does not take stays on the page.
    catchError(() => EMPTY),
  );
  const keeping = merge(put$.pipe(debounceTime(PAUSE_MS)), save$)
    .pipe(switchMap(() => publishing$))
    .subscribe();
  return {
    accept(value) {
      if (wanted !== kept) return false;
      wanted = value;
      kept = value;
      return true;
    },
    put(value) {
      wanted = value;
      put$.next();
    },
    save: () => save$.next(),
    close() {
      keeping.unsubscribe();
      publish().catch(() => undefined);
    },
  };
}

function isTemporary(error: unknown): boolean {
  return TEMPORARY.has(toHubError(error).code);
}
