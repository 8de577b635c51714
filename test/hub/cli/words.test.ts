import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import { createProgram } from '../../../hub/cli/program.ts';
import { withConfigFile } from '../../../hub/cli/words.ts';
import { NO_ACTIONS } from './no-actions.ts';

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'pinhub-words-'));
});
afterEach(() => vi.unstubAllEnvs());
afterAll(() => rmSync(folder, { recursive: true }));

it.each([
  ['a file that says yes', { mqtt: true }, [], {}, true],
  ['a file that says no', { mqtt: false }, [], {}, false],
  ['nobody', {}, [], {}, true],
  ['the command line over the file', { mqtt: false }, ['--mqtt'], {}, true],
  ['the command line over the file, the other way', { mqtt: true }, ['--no-mqtt'], {}, false],
  ['the environment over the file', { mqtt: true }, [], { PINHUB_NO_MQTT: '1' }, false],
])('MQTT is on as %s decides', async (_title, file, words, environment, isOn) => {
  const path = join(folder, 'pinhub.json');
  writeFileSync(path, JSON.stringify(file));
  expect(await startOptions(['--config', path, ...words], environment)).toMatchObject({ mqtt: isOn });
});

/** What `pinhub start` would be called with. */
async function startOptions(words: readonly string[], environment: NodeJS.ProcessEnv): Promise<unknown> {
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
  const program = createProgram('0', NO_ACTIONS);
  await program.parseAsync(withConfigFile(['start', ...words], environment, program), { from: 'user' });
  return program.commands.find((command) => command.name() === 'start')?.opts();
}
