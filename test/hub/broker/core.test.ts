import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { asyncScheduler } from 'rxjs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openToAll } from '../../../hub/access/access.ts';
import { createCore } from '../../../hub/broker/core.ts';
import { Message } from '../../../hub/core/message.ts';
import { type FolderStore, openStore } from '../../../hub/storage/hub/store.ts';

const log = pino({ level: 'silent' });

let folder: string;
let store: FolderStore;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'pinhub-core-'));
  store = await openStore({ folder, log, durability: 'power' });
});
afterEach(async () => {
  await store.close();
  rmSync(folder, { recursive: true });
});

test('sending what the disk has made safe is not charged to the client that is handled next', async () => {
  const { hub, budget, heldBytes, mqtt } = createCore({
    access: openToAll,
    store,
    limits: {},
    scheduler: asyncScheduler,
    log,
    holders: () => [],
    intercept: undefined,
  });
  const [before, behind] = [budget.createShare(), budget.createShare()];
  for (const share of [before, behind]) share.isLetIn = true;
  hub.publish(new Message('led/21/duty', '30', { retain: true }));
  const { journal } = hub;
  // All three callbacks run in one turn, when the disk is done.
  const whenSafe = (then: () => void) => journal.whenSafe(journal.position, then);
  whenSafe(() => before.run(() => undefined));
  whenSafe(() => work(10));
  const mustWait = await new Promise<boolean>((resolve) => {
    whenSafe(() => {
      behind.run(() => undefined);
      resolve(behind.mustWait());
    });
  });
  heldBytes.close();
  mqtt.dispose();
  expect(mustWait).toBe(false);
});

/** Uses the processor for this long, milliseconds. */
function work(ms: number): void {
  const { user } = process.cpuUsage();
  while (process.cpuUsage().user - user < ms * 1000);
}
