// An attacker, in its own process. Its parent sends it the attack and the target; it goes on until it gets `stop`.
import { importTest } from '../stage.mjs';

const { ATTACKS } = await importTest('faults/attacks/index.ts');
const { createRandom } = await importTest('random.ts');
const SEED = 1;

process.once('message', async ({ name, target }) => {
  const stop = new AbortController();
  process.once('message', () => stop.abort());
  const random = createRandom(SEED);
  do await ATTACKS[name].run(target, stop.signal, random);
  while (!stop.signal.aborted);
  process.exit();
});
process.send('ready');
