import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import * as vitest from 'vitest';
import { afterAll, beforeAll } from 'vitest';
import { openStore } from '../../../../hub/storage/hub/store.ts';
import { storeContract } from '../../../contracts/store.ts';

const log = pino({ level: 'silent' });
let root: string;
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'pinhub-contract-'));
});
afterAll(() => rmSync(root, { recursive: true }));

for (const durability of ['process', 'power'] as const) {
  storeContract(vitest, `the log, durability ${durability}`, () => {
    const folder = mkdtempSync(join(root, 'data-'));
    return () => openStore({ folder, durability, log });
  });
}
