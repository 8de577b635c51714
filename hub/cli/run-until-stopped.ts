import type { Logger } from 'pino';
import { firstValueFrom } from 'rxjs';
import { Closers } from './closers.ts';
import { createLog } from './log.ts';
import { insistOnStop, stopSignal$ } from './stop-signal.ts';

/** What a program that runs on has for all that it opens. */
export interface Running {
  readonly log: Logger;
  /** Takes what is to be closed again. */
  readonly closers: Closers;
}

/** Opens what `open` opens, prints what that has to say, and closes it all once somebody wants us to stop, or where it could not be opened. */
export async function runUntilStopped(
  { logLevel }: { readonly logLevel: string },
  open: (running: Running) => Promise<string>,
): Promise<void> {
  const closers = new Closers();
  try {
    console.log(await open({ log: createLog(logLevel), closers }));
    await firstValueFrom(stopSignal$());
    insistOnStop();
  } finally {
    await closers.close();
  }
}
