// Storage engines for the hub's state: how to open each, commit turns one after the other, and read it.
import { join } from 'node:path';
import { Database } from '../../dist/hub/storage/engine/database.js';
import { TEXT } from '../../dist/hub/storage/engine/table.js';

/** The engine to compare with; not a dependency, because its native module is large. */
const lmdb = await import('lmdb').catch(() => undefined);

const schema = { version: 1, tables: { values: { number: 1, key: TEXT, value: TEXT } } };

const openLog = (durability) => async (folder, timing) => {
  const database = new Database({ folder, schema, durability, timing });
  const damages = await database.open();
  const { values } = database.tables;
  return {
    /** The damage that it reports. */
    damages: damages.map(({ what }) => what),
    commit: (entries) => {
      for (const [key, value] of entries) values.set(key, value);
      return new Promise((resolve, reject) =>
        database.log.whenSafe(database.log.position, (failure) => (failure ? reject(failure) : resolve())),
      );
    },
    read: () => values,
    close: () => database.close(),
  };
};

const openLmdb = (commit, options) => async (folder) => {
  const database = lmdb.open({ path: join(folder, 'data.mdb'), encoding: 'string', ...options });
  return {
    damages: [],
    commit: (entries) => commit(database, entries),
    read: function* () {
      for (const { key, value } of database.getRange()) yield [key, value];
    },
    close: () => database.close(),
  };
};

async function putAndFlush(database, entries) {
  await Promise.all(Array.from(entries, ([key, value]) => database.put(key, value)));
  await database.flushed;
}

function transact(database, entries) {
  database.transactionSync(() => {
    for (const [key, value] of entries) database.putSync(key, value);
  });
}

/**
 * Each engine with the event that an acknowledged change survives: compare only engines with the same guarantee. `open` takes a folder and the
 * log's timing; `commit` resolves when its changes are acknowledged.
 */
const ALL = [
  { name: 'the log, durability process', survives: 'a kill', open: openLog('process') },
  { name: 'lmdb, noSync', survives: 'a kill', open: openLmdb(transact, { noSync: true }), needsLmdb: true },
  { name: 'the log, durability power', survives: 'a power cut', open: openLog('power') },
  { name: 'lmdb', survives: 'a power cut', open: openLmdb(putAndFlush), needsLmdb: true },
];

export const ENGINES = ALL.filter(({ needsLmdb }) => lmdb || !needsLmdb);
export const HINT = lmdb
  ? ''
  : 'lmdb is not installed, so only the log is measured. To compare: npm install --no-save lmdb';

export const keyOf = (n) => `led/${n}/duty/actual`;
export const textOf = (n) => `${n} `.repeat(20);
