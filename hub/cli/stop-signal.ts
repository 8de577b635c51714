import { EMPTY, filter, fromEvent, interval, merge, type Observable, take } from 'rxjs';

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
export function insistOnStop(): void {
  const insist = () => {
    console.error(`pinhub: not closed within ${PATIENCE_MS / 1000} s; ended all the same`);
    process.exit(1);
  };
  setTimeout(insist, PATIENCE_MS).unref();
}
