import type { Logger } from 'pino';
import {
  EMPTY,
  filter,
  firstValueFrom,
  fromEvent,
  interval,
  merge,
  type Observable,
  ReplaySubject,
  type Subject,
  take,
} from 'rxjs';
import { type SpokenOptions, wordsOf } from './languages/index.ts';
import type { Words } from './languages/words.ts';
import { createLog } from './log.ts';
import { continueWithoutReader } from './standard-streams.ts';

/** Closes everything that was opened, in reverse order, even if some of it fails. */
export class Closers {
  readonly #closers: (() => Promise<void> | void)[] = [];
  #patienceMs = 0;

  add(close: () => Promise<void> | void): void {
    this.#closers.push(close);
  }

  /** Adds a part that may take this much longer to close than the rest, milliseconds. */
  addSlow(mayTakeMs: number, close: () => Promise<void> | void): void {
    this.#patienceMs += mayTakeMs;
    this.add(close);
  }

  /** How long the slow parts may take together, milliseconds. */
  get patienceMs(): number {
    return this.#patienceMs;
  }

  /** Rejects with an `AggregateError` of the failures. */
  async close(): Promise<void> {
    const errors: unknown[] = [];
    for (const close of this.#closers.splice(0).reverse()) {
      try {
        await close();
      } catch (error) {
        errors.push(error);
      }
    }
    if (errors.length > 0) throw new AggregateError(errors, `not closed cleanly: ${errors.join('; ')}`);
  }
}

/** The things that every part of a command needs. */
export interface Scope {
  readonly log: Logger;
  readonly closers: Closers;
}

export interface Running extends Scope {
  /** An error here ends the program, even during the opening. */
  readonly failed$: Subject<never>;
  /** Aborted when the program should stop, for parts that may wait long while they open. */
  readonly stopping: AbortSignal;
  /** Emits when it should stop, and again for each further signal: then long operations must end. */
  readonly stopped$: Observable<unknown>;
  /** Stops the program like a signal. */
  stop(): void;
}

/** How long an opening may take to end by itself after a signal, milliseconds. */
const OPENING_MS = 2_000;

/** How long the process may take to end by itself once everything is closed, milliseconds. */
const EXIT_MS = 100;

/** Opens everything, prints the result of `open`, and closes everything after a signal. Rejects if opening fails, or if the program fails. */
export async function runUntilStopped(
  { logLevel, lang }: SpokenOptions & { readonly logLevel: string },
  open: (running: Running) => Promise<string>,
): Promise<void> {
  const words = wordsOf({ lang });
  const closers = new Closers();
  const failed$ = new ReplaySubject<never>(1);
  const stopped$ = new ReplaySubject<unknown>(1);
  // Listens until everything is closed: without a listener, a second signal would end the process at once.
  const listening = stopSignal$().subscribe(stopped$);
  const stopping = new AbortController();
  listening.add(stopped$.subscribe(() => stopping.abort()));
  continueWithoutReader();
  let isGivenUp = false;
  try {
    const { signal } = stopping;
    const stop = () => stopped$.next('asked');
    const log = createLog(logLevel);
    const opening = open({ log, closers, failed$, stopping: signal, stopped$, stop });
    console.log(await Promise.race([opening, firstValueFrom(failed$), isOverdue(signal)]));
    await firstValueFrom(merge(stopped$, failed$));
  } catch (error) {
    if (error !== stopping.signal.reason) throw error;
    isGivenUp = true; // It was stopped while it opened.
  } finally {
    exitIfClosingHangs(MAX_CLOSING_MS + closers.patienceMs, words);
    await closers.close().finally(() => listening.unsubscribe());
  }
  console.log(words.output.stopped);
  if (isGivenUp) exitSoon();
}

/** Rejects with the signal's reason a while after the signal. */
function isOverdue(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => setTimeout(() => reject(signal.reason), OPENING_MS).unref());
  });
}

/** A part that still opens, such as a connection to a silent server, would keep the process for seconds. */
function exitSoon(): void {
  setTimeout(() => process.exit(), EXIT_MS).unref();
}

/** Emits when the program should stop: at Ctrl-C, `kill`, a closed terminal, or the end of the npm that started it. */
export function stopSignal$(): Observable<unknown> {
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'].map((signal) => fromEvent(process, signal));
  return merge(...signals, orphaned$());
}

/** How often to check for a new parent process, milliseconds. */
const POLL_MS = 500;

/** Emits when npm's shell has ended. npm forwards signals only to that shell, which dies without forwarding them to us. */
function orphaned$(): Observable<unknown> {
  if (process.env.npm_command === undefined || process.platform === 'win32') return EMPTY;
  const parent = process.ppid;
  return interval(POLL_MS).pipe(
    filter(() => process.ppid !== parent),
    take(1),
  );
}

const MAX_CLOSING_MS = 5_000;

function exitIfClosingHangs(withinMs: number, { output }: Words): void {
  const exit = () => {
    console.error(`pinhub: ${output.hangs(withinMs / 1000)}`);
    process.exit(1);
  };
  setTimeout(exit, withinMs).unref();
}
