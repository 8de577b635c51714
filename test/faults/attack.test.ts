import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createRandom } from '../random.ts';
import { ATTACKS, type Attack, type Outcome } from './attacks/index.ts';
import { Bystanders } from './bystanders.ts';
import { HubProcess } from './hub-process.ts';

const MIB = 2 ** 20;

let data: string;
let hub: HubProcess;

beforeEach(async () => {
  data = await mkdtemp(join(tmpdir(), 'pinhub-attack-'));
});
afterEach(async () => {
  await hub.kill();
  await rm(data, { recursive: true, force: true });
});

interface Case {
  readonly attack: Attack;
  /** Options of the hub that make the test shorter. */
  readonly options?: readonly string[];
  /** Resolves when an attack that would not end by itself has run long enough. */
  readonly until?: (hasNobodyLeft: () => Promise<boolean>) => Promise<unknown>;
  /** The most memory that the hub may use meanwhile, in total, MiB: docs/limits.md. */
  readonly mostMib: number;
  readonly check?: (outcome: Outcome) => void;
}

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

const cases: readonly Case[] = [
  {
    attack: ATTACKS.neverReads,
    options: ['--limit', 'stuckSeconds=2'],
    // On a busy machine it takes a minute until all buffers are full.
    until: async (hasNobodyLeft) => {
      await vi.waitUntil(async () => !(await hasNobodyLeft()), { timeout: 60_000, interval: 200 });
      await vi.waitUntil(hasNobodyLeft, { timeout: 240_000, interval: 200 });
    },
    mostMib: 400,
  },
  {
    attack: ATTACKS.byteASecond,
    options: ['--limit', 'connectSeconds=3'],
    mostMib: 200,
    check: ({ opened, ended }) => expect(ended).toBe(opened),
  },
  { attack: ATTACKS.connects, mostMib: 300, check: ({ opened }) => expect(opened).toBe(5_000) },
  { attack: ATTACKS.topics, mostMib: 400 },
  { attack: ATTACKS.deepTopics, mostMib: 300, check: ({ ended }) => expect(ended).toBeGreaterThan(0) },
  { attack: ATTACKS.hugePackets, mostMib: 400, check: ({ ended }) => expect(ended).toBeGreaterThan(100) },
  { attack: ATTACKS.deepFilters, mostMib: 700 },
  { attack: ATTACKS.retainedFull, options: ['--limit', `retainedBytes=${64 * MIB}`], mostMib: 700 },
  { attack: ATTACKS.expiringRetained, mostMib: 700 },
  { attack: ATTACKS.pings, mostMib: 300, check: ({ opened }) => expect(opened).toBeGreaterThan(0) },
  { attack: ATTACKS.pongs, mostMib: 300, check: ({ opened }) => expect(opened).toBeGreaterThan(0) },
  { attack: ATTACKS.strangersChunks, mostMib: 400, check: ({ opened }) => expect(opened).toBe(5_000) },
  { attack: ATTACKS.leavingPollers, mostMib: 500, check: ({ opened }) => expect(opened).toBeGreaterThan(0) },
  {
    attack: ATTACKS.noise,
    until: () => sleep(60_000),
    mostMib: 400,
    check: ({ opened }) => expect(opened).toBeGreaterThan(1_000),
  },
];

describe('a hub goes on serving everyone else, in bounded memory, under attack by', () => {
  it.each(cases)('$attack.title', { timeout: 360_000 }, async (theCase) => {
    const { attack, options = [], until, mostMib, check } = theCase;
    hub = await HubProcess.create('--data', data, ...options);
    await hub.start();
    const bystanders = await Bystanders.open(hub);
    const before = JSON.stringify(await hub.clients());
    const hasNobodyLeft = async () => JSON.stringify(await hub.clients()) === before;
    const stop = new AbortController();
    const { port, mqttPort: mqtt, pigpiodPort: pigpiod } = hub;
    const target = { mqtt, pages: port, webSocket: port, pigpiod };
    const seed = Date.now();
    const attacking = attack.run(target, stop.signal, createRandom(seed));
    await (until?.(hasNobodyLeft) ?? attacking);
    stop.abort();
    check?.(await attacking);
    await vi.waitUntil(hasNobodyLeft, { timeout: 20_000 });
    for (const count of await bystanders.finish()) expect(count).toBeGreaterThan(1);
    expect((hub.peakBytes ?? 0) / MIB, `seed ${seed}`).toBeLessThan(mostMib);
    expect(hub.errors, `seed ${seed}`).not.toMatch(/"level":(50|60)/);
  });
});
