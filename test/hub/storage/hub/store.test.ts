import {
  cpSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Message } from '../../../../hub/core/message.ts';
import { Database } from '../../../../hub/storage/engine/database.ts';
import { openStore } from '../../../../hub/storage/hub/store.ts';
import { listen } from '../history/history-fixture.ts';

const log = pino({ level: 'silent' });

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pinhub-store-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Files in the folder that this process has open, on Linux. */
function openFiles(): string[] {
  if (process.platform !== 'linux') return [];
  return readdirSync('/proc/self/fd').flatMap((descriptor) => {
    try {
      const path = readlinkSync(`/proc/self/fd/${descriptor}`);
      return path.startsWith(folder) ? [path] : [];
    } catch {
      return []; // The descriptor of the listing itself is closed by now.
    }
  });
}

describe('a store that is closed', () => {
  it('twice at once has its folder until all is kept, and then takes nothing from the next', async () => {
    const store = await openStore({ folder, log });
    store.journal.retain(new Message('a', 'x'.repeat(100_000), { retain: true }));
    let isFirstDone = false;
    const first = store.close().then(() => {
      isFirstDone = true;
    });
    await store.close();
    expect(isFirstDone).toBe(true);
    await first;
    const next = await openStore({ folder, log });
    expect(next.retained.map(({ topic }) => topic)).toEqual(['a']);
    await store.close();
    expect(readdirSync(folder).filter((name) => name.startsWith('pinhub.lock.')).length).toBe(1);
    await next.close();
  });
});

describe('a store that cannot be opened', () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  it('leaves nothing that runs, and the folder to the next', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    await (await openStore({ folder, log })).close();
    writeFileSync(join(folder, 'state-1.log'), 'noise'); // Damage, which is logged.
    const write = () => {
      throw new Error('no room for the log');
    };
    await expect(openStore({ folder, log: pino({}, { write }) })).rejects.toThrow('no room for the log');
    expect([vi.getTimerCount(), openFiles()]).toEqual([0, []]);
    await (await openStore({ folder, log })).close();
  });
});

describe('a store that can be neither opened nor closed', () => {
  it('reports the first error', async () => {
    await (await openStore({ folder, log })).close();
    writeFileSync(join(folder, 'state-1.log'), 'noise'); // Damage, which is logged.
    const write = () => {
      throw new Error('no room for the log');
    };
    const { close } = Database.prototype;
    const closing = vi.spyOn(Database.prototype, 'close').mockImplementation(async function (this: never) {
      await close.call(this);
      throw new Error('the disk has failed, too');
    });
    await expect(openStore({ folder, log: pino({}, { write }) })).rejects.toThrow('no room for the log');
    expect(closing).toHaveBeenCalled();
    closing.mockRestore();
  });
});

describe('a store that is damaged again and again', () => {
  it('keeps the last four of its damaged files, and says which it has removed', async () => {
    const store = await openStore({ folder, log });
    for (let n = 0; n < 100; n++) store.journal.retain(new Message(`a/${n}`, 'value', { retain: true }));
    await store.close();
    const name = readdirSync(folder).find((one) => one.endsWith('.log')) ?? expect.unreachable();
    const content = readFileSync(join(folder, name));
    writeFileSync(join(folder, name), content.fill(0, 300, 350));
    const before = [95, 96, 97, 98, 99].map((generation) => `damaged-state-${generation}.base`);
    for (const [index, one] of before.entries()) {
      writeFileSync(join(folder, one), 'noise');
      utimesSync(join(folder, one), 0, 1_000 - index); // The first file is the newest.
    }
    const { log: told, lines } = listen();
    await (await openStore({ folder, log: told })).close();
    expect(lines).toEqual([
      expect.stringContaining('damaged, and kept beside'),
      expect.stringMatching(/the 4 .* kept; removed: damaged-state-98\.base, damaged-state-99\.base$/),
    ]);
    const kept = readdirSync(folder).filter((one) => one.startsWith('damaged-'));
    expect(kept.sort()).toEqual([`damaged-${name}`, ...before.slice(0, 3)].sort());
  });
});

describe('a store whose hub is killed after the time of day was set', () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  it('does not take the leap for time that has passed', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'Date'], now: Date.UTC(2025, 5, 1) });
    const data = join(folder, 'data');
    const store = await openStore({ folder: data, log, timing: { flushMs: 1 } });
    store.journal.retain(new Message('a', '1', { retain: true }));
    const before = store.journal.position;
    await vi.waitUntil(() => store.journal.position > before); // The time of the clock is stored with each flush.
    vi.setSystemTime(Date.UTC(2026, 5, 1));
    vi.advanceTimersByTime(10_000);
    store.journal.commit();
    const copy = join(folder, 'copy');
    cpSync(data, copy, { recursive: true, filter: (path) => !path.includes('pinhub.lock') });
    const next = await openStore({ folder: copy, log });
    expect(next.now() - store.now()).toBeLessThan(60_000);
    await next.close();
    await store.close();
  });
});
