import { map, type Observable } from 'rxjs';
import { vi } from 'vitest';
import { KINDS } from '../../devices/kinds.ts';
import {
  type DeviceAddress,
  type DeviceRuntimeOptions,
  parseDeviceAddress,
  type RunningDevices,
  runDevices,
} from '../../devices/runtime.ts';
import { Hub } from '../../hub/core/hub.ts';
import { createLocalBus, type LocalBus } from '../../hub/core/local-bus.ts';
import { createMemoryPins, type MemoryPins, type MemoryPinsOptions } from './memory-pins.ts';

/** A hub, a board in memory, a controller, and what it receives; all on vitest's fake clock. */
export interface Bench {
  readonly hub: Hub;
  readonly pins: MemoryPins;
  /** A controller's bus. */
  readonly bus: LocalBus;
  /** Everything that was published, as `topic payload`. */
  readonly seen: string[];
  readonly logged: string[];
  /** Publishes retained, like a slider, and lets everything that is due at once happen. */
  set(topic: string, payload: string): Promise<void>;
  /** The payload that the hub retains at a topic. */
  retained(topic: string): string | undefined;
  run(...devices: (string | DeviceAddress)[]): Promise<RunningDevices>;
  /** Starts a device on a second board, like another adapter. */
  runElsewhere(...devices: string[]): Promise<RunningDevices>;
}

/** Lets this much time pass, and promises settle. */
export async function pass(ms: number): Promise<void> {
  await vi.advanceTimersByTimeAsync(ms);
}

export interface BenchOptions extends MemoryPinsOptions {
  /** The state of the devices' connection to the hub. Without this option, the devices run in the hub's own process. */
  readonly connection$?: Observable<{ readonly status: string }>;
  readonly mayRun?: DeviceRuntimeOptions['mayRun'];
}

export function createBench({ connection$, mayRun, ...options }: BenchOptions = {}): Bench {
  const hub = new Hub({ now: Date.now });
  const bus = createLocalBus(hub);
  const pins = createMemoryPins(options);
  const seen: string[] = [];
  const logged: string[] = [];
  bus
    .messages('#')
    .pipe(map(({ topic, text }) => `${topic} ${text}`))
    .subscribe((line) => seen.push(line));
  const log = (_: object, message: string) => logged.push(message);
  const start = async (board: MemoryPins, devices: (string | DeviceAddress)[]) => {
    const running = runDevices({
      devices: devices.map((device) => (typeof device === 'string' ? parseDeviceAddress(device) : device)),
      kinds: KINDS,
      pins: board,
      connect: () => ({ ...createLocalBus(hub), ...(connection$ && { connection$ }) }),
      log: { info: log, warn: log },
      mayRun,
    });
    await pass(100);
    return running;
  };
  return {
    hub,
    pins,
    bus,
    seen,
    logged,
    async set(topic, payload) {
      await bus.publish(topic, payload, { retain: true });
      await pass(0);
    },
    retained: (topic) => {
      let text: string | undefined;
      createLocalBus(hub)
        .messages(topic)
        .subscribe((message) => {
          text = message.text;
        })
        .unsubscribe();
      return text;
    },
    run: (...devices) => start(pins, devices),
    runElsewhere: (...devices) => start(createMemoryPins(options), devices),
  };
}
