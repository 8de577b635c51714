import { firstValueFrom } from 'rxjs';
import { KINDS, runDevices } from '../../devices/index.ts';
import { Board } from '../../simulator/board/board.ts';
import { createVirtualPins } from '../../simulator/board/virtual-pins.ts';
import { createHubClient } from '../client/index.ts';
import { VERSION } from '../version.ts';
import { banner, describePins } from './banner.ts';
import { Closers } from './closers.ts';
import { createLog } from './log.ts';
import type { DeviceOptions } from './options.ts';
import { choosePins } from './pins.ts';
import { readToken } from './read-token.ts';
import { chooseDevices } from './start.ts';
import { insistOnStop, stopSignal$ } from './stop-signal.ts';

/** Runs devices on this machine for a hub elsewhere, until it is told to stop. A hub that is away is waited for. */
export async function device(options: DeviceOptions): Promise<void> {
  const closers = new Closers();
  try {
    console.log(await open(options, closers));
    await firstValueFrom(stopSignal$());
    insistOnStop();
  } finally {
    await closers.close();
  }
}

async function open(options: DeviceOptions, closers: Closers): Promise<string> {
  const log = createLog(options.logLevel);
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
