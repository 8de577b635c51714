import { fromEvent, merge, type Observable } from 'rxjs';

/** That somebody wants us to stop: Ctrl-C, `kill`, or a terminal that is closed. */
export function stopSignal$(): Observable<unknown> {
  return merge(...['SIGINT', 'SIGTERM', 'SIGHUP'].map((signal) => fromEvent(process, signal)));
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
