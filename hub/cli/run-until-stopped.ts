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
import { createLog, describeFailure } from './log.ts';

/** Closes what was opened, in reverse order. One failure does not keep the others open. */
export class Closers {
  readonly #closers: (() => Promise<void> | void)[] = [];

  add(close: () => Promise<void> | void): void {
    this.#closers.push(close);
  }

  /** Closes all; throws an `AggregateError` of the failures. */
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

/** What a long-running command hands to the parts that it opens. */
export interface Running {
  readonly log: Logger;
  readonly closers: Closers;
  /** An error here ends the program. */
  readonly failed$: Subject<never>;
}

/** Opens everything, prints what `open` resolves to, and closes everything after a signal. Rejects if opening fails, or the program does. */
export async function runUntilStopped(
  { logLevel }: { readonly logLevel: string },
  open: (running: Running) => Promise<string>,
): Promise<void> {
  const closers = new Closers();
  const failed$ = new ReplaySubject<never>(1);
  const stopped$ = new ReplaySubject<unknown>(1);
  // Until all is closed: without a listener, a second signal would end the process at once.
  const listening = stopSignal$().subscribe(stopped$);
  goOnWithoutReader();
  try {
    console.log(await open({ log: createLog(logLevel), closers, failed$ }));
    await firstValueFrom(merge(stopped$, failed$));
  } finally {
    insistOnStop();
    await closers.close().finally(() => listening.unsubscribe());
  }
  console.log('Stopped.');
}

/** Emits when the program should stop: at Ctrl-C, `kill`, a closed terminal, or the end of the npm that started it. */
export function stopSignal$(): Observable<unknown> {
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'].map((signal) => fromEvent(process, signal));
  return merge(...signals, abandoned$());
}

/** How often to check who our parent is, milliseconds. */
const LOOK_MS = 500;

/**
 * Emits when the shell is gone through which npm started us. npm forwards a signal to that shell only, and the shell dies without telling
 * us: the program would keep running, and hold its ports.
 */
function abandoned$(): Observable<unknown> {
  if (process.env.npm_command === undefined || process.platform === 'win32') return EMPTY;
  const parent = process.ppid;
  return interval(LOOK_MS).pipe(
    filter(() => process.ppid !== parent),
    take(1),
  );
}

/** How long closing may take, milliseconds. */
const PATIENCE_MS = 5_000;

/** Ends the process if closing takes longer than that. */
function insistOnStop(): void {
  const insist = () => {
    console.error(`pinhub: not closed within ${PATIENCE_MS / 1000} s; ended anyway`);
    process.exit(1);
  };
  setTimeout(insist, PATIENCE_MS).unref();
}

const STANDARD_STREAMS = [process.stdout, process.stderr] as const;

/** The exit code that a shell reports for a program that SIGPIPE ended. Node ignores this signal and reports an error instead. */
const SIGPIPE_EXIT_CODE = 141;

/** Ends the process without a message once nobody reads its output, as in `pinhub sub '#' | head -2`. */
export function endWithoutReader(): void {
  for (const stream of STANDARD_STREAMS) stream.on('error', endFor);
}

function endFor(error: NodeJS.ErrnoException): never {
  if (error.code === 'EPIPE') process.exit(SIGPIPE_EXIT_CODE);
  console.error(describeFailure(error));
  process.exit(1);
}

/** Lets a hub and its devices run when nobody can read what they print: their work does not depend on it. */
function goOnWithoutReader(): void {
  for (const stream of STANDARD_STREAMS) stream.off('error', endFor).on('error', () => undefined);
}
