import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { vi } from 'vitest';

const MAIN = join(import.meta.dirname, '../../../dist/hub/main.js');

/** A command in a process of its own. */
export class Pinhub {
  output = '';
  errors = '';
  readonly child: ChildProcess;

  constructor(words: readonly string[], environment: NodeJS.ProcessEnv = {}) {
    this.child = spawn(process.execPath, [MAIN, ...words], {
      env: { PINHUB_LANG: 'en', ...process.env, ...environment },
    });
    this.child.stdout?.on('data', (chunk) => {
      this.output += chunk;
    });
    this.child.stderr?.on('data', (chunk) => {
      this.errors += chunk;
    });
  }

  /** Resolves once the command has printed something, on either stream. */
  async says(text: string): Promise<void> {
    await vi.waitUntil(() => (this.output + this.errors).includes(text), { timeout: 20_000 });
  }

  /** Resolves to the command's exit code when it has ended and all its output has arrived. */
  async ended(): Promise<number | null> {
    if (this.child.exitCode === null && this.child.signalCode === null) await once(this.child, 'close');
    return this.child.exitCode;
  }

  async stop(): Promise<number | null> {
    this.child.kill('SIGTERM');
    return this.ended();
  }
}

/** Runs a command until it ends. */
export async function pinhub(
  words: readonly string[],
  environment: NodeJS.ProcessEnv = {},
): Promise<{ code: number | null; output: string; errors: string }> {
  const run = new Pinhub(words, environment);
  const code = await run.ended();
  return { code, output: run.output, errors: run.errors };
}
