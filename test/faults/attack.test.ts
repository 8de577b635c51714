import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ATTACKS, type Attack, createRandom, type Outcome } from './attacks/index.ts';
import { Bystanders } from './bystanders.ts';
import { HubProcess } from './hub-process.ts';

const MIB = 2 ** 20;
/** The most memory that an attack may lead to, all told: README, "Limits". */
const MOST_BYTES = 1024 * MIB;
/** For attacks that go on until they are told to stop. */
const NOISE_MS = 60_000;

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
  /** What the hub is started with, to be impatient sooner. */
  readonly options?: readonly string[];
  readonly forMs?: number;
  readonly check?: (outcome: Outcome) => void | Promise<void>;
}

const cases: readonly Case[] = [
  {
    attack: ATTACKS.neverReads,
    options: ['--limit', 'stuckSeconds=2'],
    check: ({ opened, ended }) => expect(ended).toBe(opened),
  },
  {
    attack: ATTACKS.byteASecond,
    options: ['--limit', 'connectSeconds=3'],
    check: ({ opened, ended }) => expect(ended).toBe(opened),
  },
  { attack: ATTACKS.connects, check: ({ opened }) => expect(opened).toBe(5_000) },
  { attack: ATTACKS.topics },
  { attack: ATTACKS.deepTopics },
  { attack: ATTACKS.hugePackets },
  { attack: ATTACKS.noise, forMs: NOISE_MS, check: ({ opened }) => expect(opened).toBeGreaterThan(1_000) },
];

describe('a hub goes on serving everyone else, in bounded memory, under attack by', () => {
  it.each(cases)('$attack.title', { timeout: 240_000 }, async ({ attack, options = [], forMs, check }) => {
    hub = await HubProcess.create('--data', data, ...options);
    await hub.start();
    const bystanders = await Bystanders.open(hub);
    const before = await hub.clients();
    const target = { mqtt: hub.mqttPort, pages: hub.port, pigpiod: hub.pigpiodPort };
    const signal = AbortSignal.timeout(forMs ?? 120_000);
    const seed = Date.now();
    const outcome = await attack.run(target, signal, createRandom(seed));
    console.log(attack.title, outcome, (hub.peakBytes ?? 0) / MIB);
    await check?.(outcome);
    await vi.waitUntil(async () => JSON.stringify(await hub.clients()) === JSON.stringify(before), {
      timeout: 20_000,
    });
    for (const count of await bystanders.finish()) expect(count).toBeGreaterThan(10);
    expect(hub.peakBytes ?? 0, `seed ${seed}`).toBeLessThan(MOST_BYTES);
    expect(hub.errors, `seed ${seed}`).not.toMatch(/"level":(50|60)/);
  });
});
