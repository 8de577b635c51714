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
import { createLog } from './log.ts';

/** What was opened, to be closed in reverse order. One that fails to close does not keep the others open. */
export class Closers {
  readonly #closers: (() => Promise<void> | void)[] = [];

  add(close: () => Promise<void> | void): void {
    this.#closers.push(close);
  }

  /** Closes all; throws an `AggregateError` of what went wrong. */
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

/** What a program that runs on has for all that it opens. */
export interface Running {
  readonly log: Logger;
  /** Takes what is to be closed again. */
  readonly closers: Closers;
  /** Errors where there is no use in running on. */
  readonly failed$: Subject<never>;
}

/** Opens what `open` opens, prints what that has to say, and closes it all once somebody wants us to stop. Rejects where it cannot be opened, or fails. */
export async function runUntilStopped(
  { logLevel }: { readonly logLevel: string },
  open: (running: Running) => Promise<string>,
): Promise<void> {
  const closers = new Closers();
  const failed$ = new ReplaySubject<never>(1);
  const stopped$ = new ReplaySubject<unknown>(1);
  // To the end, as a second signal while all is closed would end the process at once.
  const listening = stopSignal$().subscribe(stopped$);
  try {
    console.log(await open({ log: createLog(logLevel), closers, failed$ }));
    await firstValueFrom(merge(stopped$, failed$));
  } finally {
    insistOnStop();
    await closers.close().finally(() => listening.unsubscribe());
  }
  console.log('Stopped.');
}

/** That somebody wants us to stop: Ctrl-C, `kill`, a terminal that is closed, or an npm that was told to stop. */
export function stopSignal$(): Observable<unknown> {
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'].map((signal) => fromEvent(process, signal));
  return merge(...signals, abandoned$());
}

/** How often to look who our parent is, milliseconds. */
const LOOK_MS = 500;

/**
 * That the shell is gone by which npm has started us. npm passes a signal on to that shell, which dies of it and tells nobody: the program
 * would run on, and hold its ports, with nobody to stop it.
 */
function abandoned$(): Observable<unknown> {
  if (process.env.npm_command === undefined || process.platform === 'win32') return EMPTY;
  const parent = process.ppid;
  return interval(LOOK_MS).pipe(
    filter(() => process.ppid !== parent),
    take(1),
  );
}

/** How long closing may take once we were told to stop, milliseconds. */
const PATIENCE_MS = 5_000;

/** Sees to it that a stop is a stop: ends the process where something keeps it from closing for longer than 5 s. */
function insistOnStop(): void {
  const insist = () => {
    console.error(`pinhub: not closed within ${PATIENCE_MS / 1000} s; ended all the same`);
    process.exit(1);
  };
  setTimeout(insist, PATIENCE_MS).unref();
}
