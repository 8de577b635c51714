import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { lastValueFrom, ReplaySubject, takeWhile, tap, timeout } from 'rxjs';

/** How long a machine may be silent when output is expected: it reports each step, and the slowest, a start of Node, takes seconds. */
const SILENCE_MS = 300_000;

/** How much of the console a failure shows. */
const SHOWN_LINES = 40;

/** The lines that a machine writes to its serial console. */
export class SerialConsole {
  readonly #lines = new ReplaySubject<string>();

  constructor(output: Readable) {
    createInterface({ input: output })
      .on('line', (line) => this.#lines.next(line.trimEnd()))
      .on('close', () => this.#lines.complete());
  }

  /** Resolves to all lines up to the first match. Rejects with the last lines if the machine ends first, or falls silent. */
  async until(pattern: RegExp): Promise<string[]> {
    const told: string[] = [];
    const upToIt$ = this.#lines.pipe(
      timeout({ each: SILENCE_MS }),
      tap((line) => told.push(line)),
      takeWhile((line) => !pattern.test(line), true),
    );
    try {
      if (pattern.test(await lastValueFrom(upToIt$))) return told;
      throw new Error('it has ended');
    } catch (cause) {
      const last = told.slice(-SHOWN_LINES).join('\n');
      throw new Error(`the emulated Pi did not come to ${pattern}:\n${last}`, { cause });
    }
  }
}
