// An attacker, in a process of its own: told by its parent what to do, and to whom; goes on until it is told to stop.
import { join } from 'node:path';
import { runnerImport } from 'vite';

const source = join(import.meta.dirname, '..', '..', 'test', 'faults', 'attacks', 'index.ts');
const { module } = await runnerImport(source, { configFile: false, logLevel: 'silent' });
const SEED = 1;

process.once('message', async ({ name, target }) => {
  const stop = new AbortController();
  process.once('message', () => stop.abort());
  const random = module.createRandom(SEED);
  do await module.ATTACKS[name].run(target, stop.signal, random);
  while (!stop.signal.aborted);
  process.exit();
});
process.send('ready');
