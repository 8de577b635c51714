import type { Buffer } from 'node:buffer';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Message } from '../../../hub/core/message.ts';
import { Database } from '../../../hub/storage/engine/database.ts';
import { createTables } from '../../../hub/storage/engine/table.ts';
import { HUB_SCHEMA, type HubTables } from '../../../hub/storage/hub/hub-schema.ts';
import { fillBase, fillLater, forgetSince } from './golden-content.ts';

/** A folder for each format that ever existed, as that version of the hub wrote it. They are never changed. */
const GOLDEN = join(import.meta.dirname, 'golden', 'state');
const PRESENT = join(GOLDEN, `v${HUB_SCHEMA.version}`);

const WHAT_TO_DO = `What a hub writes is not what is in ${PRESENT}, so hubs that have such folders could not read them, or would misread them.
Where the format was to be changed: raise HUB_SCHEMA.version, put the tables as they were into HUB_SCHEMA.earlier with the way from there,
leave the old folder here as it is, and run this test, which writes one of the new format, to be committed beside it.`;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pinhub-golden-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** The content of tables, as values that can be compared. */
function show(tables: HubTables): unknown {
  return Object.entries(tables).map(([name, table]) => [name, [...table].map(showMessages)]);
}

function showMessages(value: unknown): unknown {
  if (value instanceof Message) {
    const { topic, payload, retain, qos, expiresAt, properties } = value;
    return showMessages({ topic, payload, retain, qos, expiresAt, properties });
  }
  if (value instanceof Uint8Array) return { bytes: [...value] };
  if (Array.isArray(value)) return value.map(showMessages);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, showMessages(one)]));
}

/** The files of a hub that has begun a log, written a new base, and continued: a base and its log. */
async function writeState(): Promise<Map<string, Buffer>> {
  const timing = { flushMs: 1e6, retryMs: 1e6, smallLogBytes: 0 };
  let salt = 0xdead_beef;
  const createSalt = () => salt++;
  const database = new Database({ folder, schema: HUB_SCHEMA, durability: 'process', timing, createSalt });
  await database.open();
  fillBase(database.tables);
  await vi.waitUntil(() => readdirSync(folder).sort().join() === 'state-2.base,state-2.log');
  fillLater(database.tables);
  await database.close();
  return readFolder(folder);
}

const readFolder = (from: string) =>
  new Map(readdirSync(from).map((name) => [name, readFileSync(join(from, name))]));

describe('what a hub keeps', () => {
  it('is written as it always was in this format, byte for byte', async () => {
    const written = await writeState();
    if (!existsSync(PRESENT)) {
      mkdirSync(PRESENT, { recursive: true });
      for (const [name, content] of written) writeFileSync(join(PRESENT, name), content);
      expect.unreachable(`${PRESENT} was missing, and is written now: commit it`);
    }
    expect(readFolder(PRESENT), WHAT_TO_DO).toEqual(written);
  });

  it('is in the golden folder in each of its kinds', () => {
    const tables = createTables(HUB_SCHEMA.tables);
    fillBase(tables);
    for (const [name, { size }] of Object.entries(tables)) expect(size, name).toBeGreaterThan(0);
  });
});

describe('a folder of each format that there was', () => {
  it.each(readdirSync(GOLDEN))('is read whole, and then kept in the present one: %s', async (format) => {
    cpSync(join(GOLDEN, format), folder, { recursive: true });
    const expected = createTables(HUB_SCHEMA.tables);
    fillBase(expected);
    fillLater(expected);
    forgetSince(format, expected);
    for (let start = 0; start < 2; start++) {
      const database = new Database({ folder, schema: HUB_SCHEMA, durability: 'process' });
      expect(await database.open()).toEqual([]);
      expect(show(database.tables)).toEqual(show(expected));
      await database.close();
    }
  });
});
