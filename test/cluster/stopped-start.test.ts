import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { HubProcess as RealHub } from '../faults/hub-process.ts';
import { createRandom } from '../random.ts';
import { describeWithNats, NatsServers } from './nats-server.ts';
import { HubProcess } from './owners-stage.ts';
import { SimulatedCluster } from './simulated-cluster.ts';
import { SimulatedTime } from './simulated-time.ts';

describe('a hub that is stopped while it starts', () => {
  let time: SimulatedTime;
  let cluster: SimulatedCluster;
  beforeEach(() => {
    time = new SimulatedTime();
    cluster = new SimulatedCluster({ time, random: createRandom(1) });
  });

  const cellOf = (hub: string) => JSON.parse(cluster.cells.get(`hub-${hub}`)?.text ?? '{}');

  /** Starts hub a, and stops it after it has waited for a while. Resolves to its state `withinMs` milliseconds later. */
  async function stopWaiting(until: () => boolean, then: () => void, withinMs: number): Promise<string> {
    const stopping = new AbortController();
    const hub = new HubProcess(cluster, time, 'a', 'first', { signal: stopping.signal });
    let outcome = 'waits';
    hub.serving.then(
      () => {
        outcome = 'serves';
      },
      (error: Error) => {
        outcome = error.name;
      },
    );
    await time.runUntil(until);
    then();
    await time.run(5_000);
    expect(outcome).toBe('waits');
    stopping.abort();
    await time.run(withinMs);
    return outcome;
  }

  /** Measures the time until another process serves as hub a, milliseconds. */
  async function restartMs(): Promise<number> {
    const begun = time.now();
    await time.settle(new HubProcess(cluster, time, 'a', 'next').serving);
    return time.now() - begun;
  }

  it('ends at once, and leaves its state to the next process, if it waits for its place in the ledger', async () => {
    cluster.fullLogs.add('ledger');
    expect(
      await stopWaiting(
        () => true,
        () => undefined,
        100,
      ),
    ).toBe('AbortError');
    expect(cellOf('a')).toMatchObject({ isReleased: true });
    cluster.fullLogs.clear();
    expect(await restartMs()).toBeLessThan(1_000);
  });

  it('has said what it waits for, once', async () => {
    cluster.fullLogs.add('ledger');
    const hub = new HubProcess(cluster, time, 'a');
    await time.run(10_000);
    const told = hub.lines.filter((line) => line.includes('waits for its place among the hubs'));
    expect(told).toHaveLength(1);
    cluster.fullLogs.clear();
    await time.settle(hub.serving);
  });

  it.each([
    ['before it owns its state', () => true],
    ['after it owns its state', () => cellOf('a').epoch === 1],
    ['after its place in the ledger is noted', () => cluster.cells.has('ledger-positions')],
  ])('ends soon if it waits for servers that elect a leader %s', async (_, until) => {
    const elect = () => {
      cluster.isElecting = true;
    };
    expect(await stopWaiting(until, elect, 2_500)).toBe('AbortError');
    cluster.isElecting = false;
    expect(await restartMs()).toBeLessThan(4_000);
  });

  it('ends at once if it waits for another process of the same name, which serves on', async () => {
    const serving = new HubProcess(cluster, time, 'a', 'serving');
    await time.settle(serving.serving);
    expect(
      await stopWaiting(
        () => true,
        () => undefined,
        100,
      ),
    ).toBe('AbortError');
    expect(cellOf('a')).toMatchObject({ epoch: 1, instance: 'serving', isReleased: false });
    expect(serving.lost).toBeUndefined();
  });
});

describeWithNats('a hub process that gets SIGTERM while it starts', (program) => {
  const folder = mkdtempSync(join(tmpdir(), 'pinhub-early-'));
  let servers: NatsServers;
  let hub: RealHub;
  beforeAll(async () => {
    servers = await NatsServers.start(program, 1);
    const state = ['--cluster', ...servers.urls, '--data', folder];
    hub = await RealHub.create(...state, '--no-devices', '--no-pigpiod');
    await hub.start();
    expect(await hub.stop()).toBe(0);
  });
  afterAll(async () => {
    await hub?.kill();
    await servers?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Stops the process while it waits. Resolves to its exit code and the duration of the stop, milliseconds. */
  async function stopWhen(isWaiting: () => boolean | Promise<boolean>) {
    const started = hub.start().catch(() => 'not up');
    await vi.waitUntil(isWaiting, { timeout: 30_000 });
    const begun = performance.now();
    const code = await hub.stop();
    const ms = performance.now() - begun;
    expect(await started).toBe('not up');
    return { code, ms };
  }

  const isStandingBy = () =>
    fetch(`${hub.url}/healthz`).then(
      ({ ok }) => ok,
      () => false,
    );

  it('ends well if its NATS server does not answer', async () => {
    servers.freeze(0);
    try {
      const { code, ms } = await stopWhen(isStandingBy);
      expect(code).toBe(0);
      expect(ms).toBeLessThan(3_000);
    } finally {
      servers.thaw(0);
    }
  });

  it('ends well if the ledger has no room for it, and serves once there is room', async () => {
    const connection = await connect({ servers: [...servers.urls] });
    const { streams } = await jetstreamManager(connection, { checkAPI: false });
    const ledger = 'ph_pinhub_l_ledger';
    const { state } = await streams.info(ledger);
    await streams.update(ledger, { max_msgs: state.messages });
    const answers = async () => {
      const paths = ['healthz', 'readyz'];
      const found = await Promise.all(
        paths.map((path) => fetch(`${hub.url}/${path}`).catch(() => undefined)),
      );
      return Promise.all(found.map(async (one) => [one?.status, await one?.json()]));
    };
    let told: unknown;
    const isWaiting = async () => {
      told = await answers();
      return hub.errors.includes('waits for its place among the hubs');
    };
    const { code, ms } = await stopWhen(isWaiting);
    expect(told).toEqual([
      [200, { ok: true }],
      [503, { ok: false, reason: 'waiting for a place among the hubs' }],
    ]);
    expect(code).toBe(0);
    expect(ms).toBeLessThan(3_000);
    await streams.update(ledger, { max_msgs: -1 });
    await connection.close();
    await hub.start();
    expect(await hub.stop()).toBe(0);
  });
});
