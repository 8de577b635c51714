// What can keep the state of a hub: how each is opened, changed by a turn at a time, and read.
import { join } from 'node:path';
import { open as openLmdb } from 'lmdb';
import { Database } from '../../dist/hub/storage/engine/database.js';
import { TEXT } from '../../dist/hub/storage/engine/table.js';

const schema = { version: 1, tables: { values: { number: 1, key: TEXT, value: TEXT } } };

async function openLog(folder, timing = {}) {
  const database = new Database({ folder, schema, durability: 'process', timing });
  const damages = await database.open();
  const { values } = database.tables;
  return {
    /** What of it is damaged, and said to be. */
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
}

const openLmdbWith =
  (commit, options = {}) =>
  async (folder) => {
    const database = openLmdb({ path: join(folder, 'data.mdb'), encoding: 'string', ...options });
    return {
      damages: [],
      commit: (entries) => commit(database, entries),
      read: function* () {
        for (const { key, value } of database.getRange()) yield [key, value];
      },
      close: () => database.close(),
    };
  };

function putAll(database, entries) {
  return Promise.all(Array.from(entries, ([key, value]) => database.put(key, value)));
}

function transactAll(database, entries) {
  database.transactionSync(() => {
    for (const [key, value] of entries) database.putSync(key, value);
  });
}

export const LOG = 'the log, durability process';
export const LMDB = 'lmdb, put and await';

/** By name; the second argument is the timing of the log. `commit` resolves when what it was given is acknowledged. */
export const ENGINES = {
  [LOG]: openLog,
  [LMDB]: openLmdbWith(putAll),
  'lmdb, transactionSync': openLmdbWith(transactAll),
  'lmdb, transactionSync, noSync': openLmdbWith(transactAll, { noSync: true }),
};

export const keyOf = (n) => `led/${n}/duty/actual`;
export const textOf = (n) => `${n} `.repeat(20);
