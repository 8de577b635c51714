import { BehaviorSubject, EMPTY, filter, firstValueFrom } from 'rxjs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Connection, HubClient } from '../../../../hub/client/hub-client.ts';
import { HubError } from '../../../../hub/core/error.ts';
import { Hub } from '../../../../hub/core/hub.ts';
import { createLocalBus } from '../../../../hub/core/local-bus.ts';
import { isReport } from '../../../../hub/core/rights.ts';
import { writeCircuit } from '../../../../web/simulator/circuit/circuit-json.ts';
import { EXAMPLES, type Example } from '../../../../web/simulator/circuit/examples.ts';
import { startTabDevice } from '../../../../web/simulator/device/tab-device.ts';
import type { RunningTabDevice } from '../../../../web/simulator/device/watch-tab-device.ts';

const CIRCUIT = 'ana/board/circuit';

let hub: Hub;
let tab: RunningTabDevice | undefined;
/** Whether the hub takes nothing but what devices report, as in a class that is paused. */
let isPaused: boolean;
const warnings: string[] = [];

beforeEach(() => {
  hub = new Hub({ now: () => 0 });
  isPaused = false;
  warnings.length = 0;
});
afterEach(async () => {
  await tab?.close();
  tab = undefined;
  expect(warnings).toEqual([]);
});

/** A client that is always connected. */
function connect(): HubClient {
  const bus = createLocalBus(hub);
  return {
    ...bus,
    async publish(topic, payload, options) {
      if (isPaused && !isReport(topic) && !topic.startsWith('ana/board/gpio/'))
        throw new HubError('class/paused', 'paused');
      await bus.publish(topic, payload, options);
    },
    connection$: new BehaviorSubject<Connection>({ status: 'online' }),
    ping: async () => 0,
    whoAmI: () => Promise.reject(new HubError('event/unknown', 'an old hub')),
    inspect: () => EMPTY,
    close: async () => bus.close(),
  };
}

function start(): RunningTabDevice {
  const log = { info: () => undefined, warn: (_: object, message: string) => void warnings.push(message) };
  tab = startTabDevice('ana', { connect, log });
  return tab;
}

const teacher = () => createLocalBus(hub);

async function wire(key: Example['key'] | undefined): Promise<void> {
  const circuit = EXAMPLES.find((example) => example.key === key)?.circuit;
  await teacher().publish(CIRCUIT, circuit ? writeCircuit(circuit) : '', { retain: true });
}

/** Resolves once the tab runs exactly these devices. */
async function running(device: RunningTabDevice, ...paths: readonly string[]): Promise<void> {
  const wanted = paths.map((path) => `ana/${path}`).sort();
  await firstValueFrom(device.topics$.pipe(filter((topics) => [...topics].sort().join() === wanted.join())));
}

const retained = (filter: string) => Array.from(hub.retained.match(filter), ({ topic }) => topic);

/** Resolves with the next message at a topic. */
const next = (topic: string, text: string) =>
  firstValueFrom(
    teacher()
      .messages(topic)
      .pipe(filter((message) => message.text === text)),
  );

describe('the devices of a tab', () => {
  it('come and go with the parts of its circuit, and a device that is gone leaves nothing', async () => {
    const device = start();
    await running(device, 'led/21', 'button/23');
    const isOnline = next('ana/led/17/status', 'online');
    await wire('traffic-light');
    await running(device, 'led/17', 'led/27', 'led/22', 'led/21', 'button/23');
    await isOnline;
    const isLit = next('ana/led/17/duty/actual', '80');
    await teacher().publish('ana/led/17/duty', '80', { retain: true });
    await isLit;
    await teacher().publish('ana/led/17/meta/name', 'Red', { retain: true });
    await wire('servo');
    await running(device, 'servo/18', 'led/21', 'button/23');
    expect(retained('ana/led/+/#').filter((topic) => !topic.startsWith('ana/led/21/'))).toEqual([]);
    await wire(undefined);
    await running(device, 'led/21', 'button/23');
    expect(retained('ana/servo/#')).toEqual([]);
  });

  it('are those of the circuit that was there before, and what an earlier run left of others is cleared', async () => {
    await wire('rgb');
    const info = (member: object) => JSON.stringify({ kind: 'led', driver: 'virtual', ...member });
    const kept = {
      'ana/led/5/info': info({ wired: true }),
      'ana/led/5/duty': '10',
      'ana/led/6/info': info({}),
    };
    for (const [topic, text] of Object.entries(kept)) await teacher().publish(topic, text, { retain: true });
    await teacher().publish('ana/rgb/17-27-22/info', info({ kind: 'rgb', wired: true }), { retain: true });
    const isRed = next('ana/rgb/17-27-22/color/actual', '#ff0000');
    await teacher().publish('ana/rgb/17-27-22/color', '#ff0000', { retain: true });
    await running(start(), 'rgb/17-27-22', 'led/21', 'button/23');
    expect([retained('ana/led/5/#'), retained('ana/led/6/#')]).toEqual([[], ['ana/led/6/info']]);
    await isRed;
  });

  it('leave a circuit that nobody can read as it was', async () => {
    const device = start();
    await running(device, 'led/21', 'button/23');
    const seen: string[] = [];
    device.topics$.subscribe((topics) => seen.push(topics.join(' ')));
    await wire('servo');
    await teacher().publish(CIRCUIT, '{"version":7}', { retain: true });
    await wire('buzzer');
    await firstValueFrom(device.topics$.pipe(filter(() => seen.length === 3)));
    expect(seen.map((topics) => topics.includes('servo'))).toEqual([false, true, false]);
  });

  it('are gone for everybody even while the class is paused', async () => {
    const device = start();
    await wire('servo');
    await running(device, 'servo/18', 'led/21', 'button/23');
    await teacher().publish('ana/servo/18/angle', '30', { retain: true });
    isPaused = true;
    await wire(undefined);
    await running(device, 'led/21', 'button/23');
    expect(retained('ana/servo/#')).toEqual(['ana/servo/18/angle']);
  });
});
