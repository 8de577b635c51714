// Opens a folder with an engine and reads all of it, in a process of its own: `read.mjs <engine> <folder> <entries>`. Prints what it
// found, as JSON.
import { ENGINES, keyOf, textOf } from './engines.mjs';

const [engineName, folder, entries] = process.argv.slice(2);
try {
  const engine = await ENGINES.find(({ name }) => name === engineName).open(folder);
  const found = new Map(engine.read());
  let right = 0;
  for (let n = 0; n < Number(entries); n++) if (found.get(keyOf(n)) === textOf(n)) right++;
  console.log(JSON.stringify({ right, isExact: found.size === right, damages: engine.damages }));
  await engine.close();
} catch (error) {
  console.log(JSON.stringify({ error: String(error) }));
}
