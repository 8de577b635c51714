// Loaded into a hub with `--import` before it begins: counts what it asks of the disk, and says so in the file that COUNTS names, twice a
// second. Writes are counted where they are at a place in a file; those to sockets are not.
import fs, { writeFileSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

const counts = { writes: 0, flushes: 0 };

function count(name, what, isCounted = () => true) {
  const original = fs[name];
  fs[name] = (...args) => {
    if (isCounted(args)) counts[what]++;
    return original(...args);
  };
}

const isPlaced = (args) => typeof args[4] === 'number';
count('writeSync', 'writes', isPlaced);
count('write', 'writes', isPlaced);
for (const name of ['fdatasync', 'fdatasyncSync', 'fsync', 'fsyncSync']) count(name, 'flushes');
syncBuiltinESMExports();

setInterval(() => writeFileSync(process.env.COUNTS, JSON.stringify(counts)), 500).unref();
