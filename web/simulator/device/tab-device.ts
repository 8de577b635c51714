import { filter, map, type Observable } from 'rxjs';
import {
  type DeviceKind,
  deviceTopic,
  KINDS,
  type Log,
  type Pins,
  runDevices,
} from '../../../devices/index.ts';
import type { HubClient } from '../../../hub/client/hub-client.ts';
import type { HubClientOptions } from '../../../hub/client/index.ts';
import { toHubError } from '../../../hub/core/index.ts';
import { Board } from '../../../simulator/board/board.ts';
import { followOutsideLevels } from '../../../simulator/board/outside-levels.ts';
import { createTelemetry } from '../../../simulator/board/telemetry.ts';
import { createVirtualPins } from '../../../simulator/board/virtual-pins.ts';
import { shareLatest } from '../../shared/share-latest.ts';
import { watchReturn } from '../../shared/watch-return.ts';
import { EMPTY_CIRCUIT } from '../circuit/circuit.ts';
import { createCircuitStore } from '../circuit/circuit-store.ts';
import { type Running, runDeviceSet } from './device-set.ts';
import { findParts, forgetDevice, markPart } from './part-topics.ts';
import type { RunningTabDevice } from './watch-tab-device.ts';
import { devicesOn, isFirst, type WiredDevice } from './wired-devices.ts';

export interface TabDeviceOptions {
  /** Each device has a connection of its own, so that the hub keeps a last will for each. */
  readonly connect: (options?: HubClientOptions) => HubClient;
  readonly log: Log;
}

/** Kinds of devices that are parts of a circuit. */
const PART_KINDS: readonly DeviceKind[] = KINDS.map(markPart);

/**
 * Turns this tab into a Raspberry Pi of its own, with a device for each part of its circuit. When the page closes, the last wills announce it. The
 * name must be a valid topic level.
 */
export function startTabDevice(name: string, { connect, log }: TabDeviceOptions): RunningTabDevice {
  const board = new Board();
  const pins = createVirtualPins(board);
  const client = connect();
  const prefix = `${name}/`;
  const warn = (what: string) => (error: unknown) =>
    log.warn({ error }, `${what}: ${toHubError(error).message}`);
  const telemetry = createTelemetry(board, client, {
    prefix,
    busBack$: watchReturn(client.connection$),
    onError: warn('what the pins do could not be published'),
  });
  const levels = followOutsideLevels(board, client, {
    prefix,
    onError: warn('levels for the pins cannot be taken'),
  });
  const wanted$ = watchWanted(client, name);
  const following = wanted$.subscribe(); // From here on, so that the circuit comes before `findParts` resolves.
  const devices = runDeviceSet({
    wanted$,
    earlier: findParts(client, prefix).catch(() => []),
    start: (device) => startDevice(device, { name, pins, connect, log }),
    forget: (topic) => forgetDevice(client, topic).catch(warn(`${topic} cannot be forgotten`)),
  });
  return {
    topics$: devices.topics$,
    async close() {
      levels.unsubscribe();
      following.unsubscribe();
      await Promise.all([devices.close(), telemetry.close()]);
      await client.close();
    },
  };
}

/** The devices of the board that the circuit on the hub wants, by topic, at once and at every change. A circuit that cannot be read changes nothing. */
function watchWanted(client: HubClient, name: string): Observable<ReadonlyMap<string, WiredDevice>> {
  const { connection$ } = client;
  const store = createCircuitStore(client, `${name}/`, {
    hubAway$: connection$.pipe(filter(({ status }) => status === 'offline')),
    hubBack$: watchReturn(connection$),
  });
  return store.current$.pipe(
    map((read) => (read ? read.ok && read.circuit : EMPTY_CIRCUIT)),
    filter((circuit) => circuit !== false),
    map((circuit) => new Map(devicesOn(circuit).map((device) => [topicOf(device, name), device]))),
    shareLatest(),
  );
}

function topicOf(device: WiredDevice, prefix: string): string {
  return deviceTopic({ ...device, prefix });
}

interface DeviceParts extends TabDeviceOptions {
  readonly name: string;
  readonly pins: Pins;
}

function startDevice(device: WiredDevice, { name, pins, connect, log }: DeviceParts): Running {
  const clients: HubClient[] = [];
  const running = runDevices({
    devices: [{ kind: device.kind, id: device.id, prefix: name }],
    kinds: isFirst(device) ? KINDS : PART_KINDS,
    pins,
    connect(will) {
      const client = connect({ will });
      clients.push(client);
      return client;
    },
    log,
  });
  return {
    async close() {
      await running.close();
      await Promise.all(clients.map((client) => client.close()));
    },
  };
}
