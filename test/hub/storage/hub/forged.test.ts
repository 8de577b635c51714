import { Buffer } from 'node:buffer';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Message } from '../../../../hub/core/message.ts';
import { ByteWriter } from '../../../../hub/storage/engine/bytes.ts';
import { toFrame } from '../../../../hub/storage/engine/frame.ts';
import { createTables } from '../../../../hub/storage/engine/table.ts';
import { HUB_SCHEMA } from '../../../../hub/storage/hub/hub-schema.ts';
import { openStore } from '../../../../hub/storage/hub/store.ts';

const log = pino({ level: 'silent' });
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pinhub-forged-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** A payload of frames that retain a message, each sealed with the number of one of the first generations. */
function forgePayload(): Buffer {
  const writer = new ByteWriter();
  const { retained } = createTables(HUB_SCHEMA.tables, () => writer);
  retained.set('door/1/status', new Message('door/1/status', 'FORGED', { retain: true }));
  return Buffer.concat(Array.from({ length: 60 }, (_, generation) => toFrame(writer.bytes, generation + 1)));
}

it('frames within a payload are not restored, wherever a base is damaged', { timeout: 60_000 }, async () => {
  const store = await openStore({ folder, log, timing: { flushMs: 1, smallLogBytes: 0 } });
  store.journal.retain(new Message('ana/notes', forgePayload(), { retain: true }));
  store.journal.retain(new Message('door/1/status', 'closed', { retain: true }));
  await vi.waitUntil(() =>
    readdirSync(folder)
      .filter((name) => name.startsWith('state-'))
      .join()
      .includes('state-2.base,'),
  );
  await store.close();
  const path = join(
    folder,
    readdirSync(folder).find((name) => name.endsWith('.base')) ?? expect.unreachable(),
  );
  const good = readFileSync(path);
  const operations = 8 + good.readUInt32LE(0);
  for (const at of [operations, operations + 1, operations + 3, operations + 8]) {
    const bad = Buffer.from(good);
    bad[at] = (bad[at] ?? 0) ^ 0x40;
    writeFileSync(path, bad);
    const next = await openStore({ folder, log });
    expect([...next.retained].map(({ text }) => text)).not.toContain('FORGED');
    expect(next.damages.length).toBeGreaterThan(0);
    await next.close();
    for (const name of readdirSync(folder).filter((one) => /state-/.test(one))) rmSync(join(folder, name));
  }
});
