// Loaded into a hub with `--import` before it starts: counts the hub's disk writes and flushes, and stores the counts in the file named by
// COUNTS, twice a second. Only writes at a file position count; writes to sockets do not.
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
