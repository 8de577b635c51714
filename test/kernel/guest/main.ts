import { spawn } from 'node:child_process';
import { appendFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { REAL_FILES } from '../../../devices/pins/linux/sysfs-files.ts';
import { chipOf, reset, SECOND_BLOCK } from './blocks.ts';
import { detect } from './detection.ts';
import { change } from './law.ts';
import { operate } from './operations.ts';
import { claimWithoutRoot } from './permissions.ts';
import { collectRefusals } from './refusals.ts';
import { PhysicalMemory } from './registers.ts';
import type { FileWrite, GuestInput, Outcome, Report } from './report.ts';
import { perform } from './sequence.ts';

const INPUT = join(import.meta.dirname, '../../../../input.json');
const input: GuestInput = JSON.parse(await readFile(INPUT, 'utf8'));
const memory = new PhysicalMemory(spawn('/bin/sh', { stdio: ['pipe', 'pipe', 'inherit'] }));

/** Writes a line to the console, which the host reads. Standard output does not wait for a slow console. */
function report<Part extends keyof Report>(part: Part, result: Report[Part]): void {
  appendFileSync('/dev/console', `${JSON.stringify({ part, result })}\n`);
}

report('detection', await detect(memory));
report('refusals', await collectRefusals());
report('permissions', await claimWithoutRoot(memory));
report('operations', await operate(memory));
report('law', await change(memory, input.changes));
report('sequences', await performAll(input.sequences));
memory.close();

// The contract registers tests, which start once this file has ended. The reporter reports them.
await import('./contract.ts');

/** Performs each sequence of writes on a chip that no program has used. */
async function performAll(sequences: readonly (readonly FileWrite[])[]): Promise<Outcome[]> {
  const all: Outcome[] = [];
  for (const writes of sequences) {
    await reset(SECOND_BLOCK);
    all.push(await perform(REAL_FILES, await chipOf(SECOND_BLOCK), writes));
  }
  return all;
}
