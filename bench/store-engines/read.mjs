// Opens a folder with an engine and reads everything, in its own process: `read.mjs <engine> <folder> <entries>`. Prints the
// result as JSON.
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
