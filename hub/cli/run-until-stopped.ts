import type { Logger } from 'pino';
import { firstValueFrom, merge, ReplaySubject, type Subject } from 'rxjs';
import { Closers } from './closers.ts';
import { createLog } from './log.ts';
import { insistOnStop, stopSignal$ } from './stop-signal.ts';

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
