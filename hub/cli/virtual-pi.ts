import type { Logger } from 'pino';
import { type Choice, choosePins as choose, type Driver, pigpiodAddress } from '../../devices/drivers.ts';
import type { Pins } from '../../devices/index.ts';
import type { Board } from '../../simulator/board/board.ts';
import { createTelemetry } from '../../simulator/board/telemetry.ts';
import { createPigpiodServer } from '../../simulator/pigpiod/server.ts';
import { HubError } from '../core/error.ts';
import type { HubServer } from '../server.ts';
import { DEFAULT_PIGPIOD_PORT, type StartOptions } from './options.ts';
import type { Closers } from './run-until-stopped.ts';

/** Opens the driver that was asked for, or finds the right one, and says why. Rejects with `driver/unavailable`. */
export function choosePins(driver: Driver, createVirtual: () => Pins): Promise<Choice> {
  return choose(driver, { virtual: createVirtual, pigpiod: pigpiodAddress(process.env) });
}

interface VirtualPiSetting {
  readonly board: Board;
  readonly server: HubServer;
  readonly log: Logger;
  readonly closers: Closers;
}

/** Shows the board's pins on the hub, and lets programs that know pigpio drive them. Resolves to what to tell the user. */
export async function openVirtualPi(options: StartOptions, setting: VirtualPiSetting): Promise<string> {
  const { board, server, log, closers } = setting;
  const bus = server.connect();
  closers.add(() => bus.close());
  const prefix = options.prefix === '' ? '' : `${options.prefix}/`;
  const telemetry = createTelemetry(board, bus, { prefix, onError: (err) => log.warn({ err }, err.message) });
  closers.add(() => telemetry.close());
  return options.pigpiod ? openDaemon(options, setting) : 'off (--no-pigpiod)';
}

/** A default port that is taken is no reason not to start; one that was asked for is. */
async function openDaemon(
  { pigpiodPort }: StartOptions,
  { board, log, closers }: VirtualPiSetting,
): Promise<string> {
  const daemon = createPigpiodServer({
    board,
    port: pigpiodPort ?? DEFAULT_PIGPIOD_PORT,
    onWarning: (err) => log.warn({ err }, err.message),
  });
  try {
    const { port } = await daemon.listen();
    closers.add(() => daemon.close());
    return `port ${port}: any pigpio program drives the virtual Pi`;
  } catch (error) {
    if (!(error instanceof HubError && error.code === 'port/in-use') || pigpiodPort !== undefined)
      throw error;
    return `off: ${error.message}; --pigpiod-port chooses another port`;
  }
}
