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

/** A program that a user writes. */
export interface Draft {
  /** `undefined` until the user has changed the program. */
  readonly text: string | undefined;
  /** Programs of the user that were set aside; `goBack` restores the last one. */
  readonly before: readonly string[];
  /** The program that a teacher has handed out. */
  readonly given: string | undefined;
}

export interface KeptDraft {
  /** The draft, at once and at every change. */
  readonly draft$: Observable<Draft>;
  edit(text: string): void;
  /** Saves the current text at once, rather than soon. */
  save(): void;
  /** Sets the current text aside and returns to the first program. */
  startOver(): void;
  /** Restores the program that was set aside last. The current text becomes the first one in that list, so that nothing is lost. */
  goBack(): void;
  close(): void;
}

/** The pause in typing after which the text is saved, milliseconds. */
const PAUSE_MS = 1_000;

/** The delay before a save is retried after the hub has refused it, milliseconds: a class may be paused. */
const AGAIN_MS = 3_000;

/** The most programs that are kept aside. */
const MOST_BEFORE = 8;

const TEMPORARY: ReadonlySet<string> = new Set(['class/paused', 'limit/exceeded']);

/**
 * Follows and saves a program: the current text at `<base>/program`, the earlier ones at `<base>/program/before`, both retained. A teacher hands one
 * out at `<base>/program/given`.
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
    // Otherwise both were edited at the same time: ours wins, and theirs is set aside.
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

/** Moves or adds a program to the end of a list; the first ones are dropped if the list is full. */
function withLast(programs: readonly string[], program: string): readonly string[] {
  return [...programs.filter((one) => one !== program), program].slice(-MOST_BEFORE);
}

/** Reads the earlier programs. The text is not trusted: anybody with the right may have published it. */
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
  /** Accepts the hub's value, unless a local one is not saved yet. Returns whether it did. */
  accept(value: string): boolean;
  put(value: string): void;
  save(): void;
  close(): void;
}

/** Publishes the last given value, retained: soon, or at once on `save`. */
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
    // If the hub refuses a program, it only stays on the page.
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
