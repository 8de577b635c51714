import { KINDS, type Log, runDevices } from '../../../devices/index.ts';
import type { HubClient } from '../../../hub/client/hub-client.ts';
import type { HubClientOptions } from '../../../hub/client/index.ts';
import { Board } from '../../../simulator/board/board.ts';
import { followOutsideLevels } from '../../../simulator/board/outside-levels.ts';
import { createTelemetry } from '../../../simulator/board/telemetry.ts';
import { createVirtualPins } from '../../../simulator/board/virtual-pins.ts';
import { watchReturn } from '../../shared/watch-return.ts';
import type { RunningTabDevice } from './watch-tab-device.ts';

/** The devices that a tab simulates: the course's LED and its button. */
const DEVICES = [
  { kind: 'led', id: '21' },
  { kind: 'button', id: '23' },
] as const;

export interface TabDeviceOptions {
  /** Each device has a connection of its own, so that the hub keeps a last will for each. */
  readonly connect: (options?: HubClientOptions) => HubClient;
  readonly log: Log;
}

/** Turns this tab into a Raspberry Pi of its own. When the page closes, the last wills announce it. The name must be a valid topic level. */
export function startTabDevice(name: string, { connect, log }: TabDeviceOptions): RunningTabDevice {
  const board = new Board();
  const clients: HubClient[] = [];
  const connectOne = (options?: HubClientOptions) => {
    const client = connect(options);
    clients.push(client);
    return client;
  };
  const devices = runDevices({
    devices: DEVICES.map((device) => ({ ...device, prefix: name })),
    kinds: KINDS,
    pins: createVirtualPins(board),
    connect: (will) => connectOne({ will }),
    log,
  });
  const client = connectOne();
  const telemetry = createTelemetry(board, client, {
    prefix: `${name}/`,
    busBack$: watchReturn(client.connection$),
    onError: (error) => log.warn({ error }, `what the pins do could not be published: ${error.message}`),
  });
  const levels = followOutsideLevels(board, client, {
    prefix: `${name}/`,
    onError: (error) => log.warn({ error }, `levels for the pins cannot be taken: ${error.message}`),
  });
  return {
    topics: devices.topics,
    async close() {
      levels.unsubscribe();
      await Promise.all([devices.close(), telemetry.close()]);
      await Promise.all(clients.map((client) => client.close()));
    },
  };
}
