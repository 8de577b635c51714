import { KINDS, runDevices } from '../../devices/index.ts';
import { Board } from '../../simulator/board/board.ts';
import { createVirtualPins } from '../../simulator/board/virtual-pins.ts';
import { createHubClient } from '../client/index.ts';
import { VERSION } from '../version.ts';
import { banner, describePins } from './banner.ts';
import type { DeviceOptions } from './options.ts';
import { choosePins } from './pins.ts';
import { readToken } from './read-token.ts';
import { type Running, runUntilStopped } from './run-until-stopped.ts';
import { chooseDevices } from './start.ts';

/** Runs devices on this machine for a hub elsewhere, until it is told to stop. A hub that is away is waited for. */
export function device(options: DeviceOptions): Promise<void> {
  return runUntilStopped(options, (running) => open(options, running));
}

async function open(options: DeviceOptions, { log, closers }: Running): Promise<string> {
  const credentials = readToken(options);
  const { pins, reasons } = await choosePins(options.driver, () => createVirtualPins(new Board()));
  closers.add(() => pins.close());
  const devices = runDevices({
    devices: chooseDevices(options, pins),
    kinds: KINDS,
    pins,
    connect: (will) => {
      const client = createHubClient(options.hub, { will, ...credentials });
      closers.add(() => client.close());
      return client;
    },
    log,
    intervalMs: options.interval,
  });
  closers.add(() => devices.close());
  return banner(`Pinhub ${VERSION}`, [
    ['Hub', options.hub],
    ['Devices', devices.topics.join('  ')],
    ...describePins(pins, reasons),
    ['Stop', 'Ctrl-C'],
  ]);
}
