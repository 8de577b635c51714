import { KINDS, type Log, runDevices } from '../../../devices/index.ts';
import type { HubClient } from '../../../hub/client/hub-client.ts';
import type { HubClientOptions } from '../../../hub/client/index.ts';
import { Board } from '../../board/board.ts';
import { createTelemetry } from '../../board/telemetry.ts';
import { createVirtualPins } from '../../board/virtual-pins.ts';

/** What a tab plays: the course's LED and its button. */
const DEVICES = [
  { kind: 'led', id: '21' },
  { kind: 'button', id: '23' },
] as const;

export interface TabDeviceOptions {
  /** A connection of its own for each device, so that the hub keeps a last will for each. */
  readonly connect: (options?: HubClientOptions) => HubClient;
  readonly log: Log;
}

/**
 * Makes this tab a Raspberry Pi of its own, for as long as the page lives: when it goes, the last wills say so.
 * Returns the topics of its devices. The name must be fit to be a level of a topic.
 */
export function startTabDevice(name: string, { connect, log }: TabDeviceOptions): readonly string[] {
  const board = new Board();
  const devices = runDevices({
    devices: DEVICES.map((device) => ({ ...device, prefix: name })),
    kinds: KINDS,
    pins: createVirtualPins(board),
    connect: (will) => connect({ will }),
    log,
  });
  createTelemetry(board, connect(), {
    prefix: `${name}/`,
    onError: (error) => log.warn({ error }, `what the pins do could not be published: ${error.message}`),
  });
  return devices.topics;
}
