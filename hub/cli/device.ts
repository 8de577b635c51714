import { firstValueFrom, type Observable, ReplaySubject, tap } from 'rxjs';
import { KINDS, runDevices } from '../../devices/index.ts';
import { Board } from '../../simulator/board/board.ts';
import { createVirtualPins } from '../../simulator/board/virtual-pins.ts';
import { type Connection, createHubClient } from '../client/index.ts';
import { VERSION } from '../version.ts';
import { banner, describePins } from './banner.ts';
import { type Credentials, readCredentials } from './credentials.ts';
import type { DeviceOptions } from './options.ts';
import { type Running, runUntilStopped } from './run-until-stopped.ts';
import { chooseDevices } from './start.ts';
import { choosePins } from './virtual-pi.ts';
import { watchHub } from './watch-hub.ts';

/**
 * Runs devices on this machine for a hub elsewhere, until it is told to stop. A hub that is away is waited for; rejects where it will not
 * have us.
 */
export function device(options: DeviceOptions): Promise<void> {
  return runUntilStopped(options, (running) => open(options, running));
}

async function open(options: DeviceOptions, running: Running): Promise<string> {
  const { log, closers } = running;
  const credentials = readCredentials(options);
  const { pins, reasons } = await choosePins(options.driver, () => createVirtualPins(new Board()));
  closers.add(() => pins.close());
  const connections: Observable<Connection>[] = [];
  const devices = runDevices({
    devices: chooseDevices(options, pins),
    kinds: KINDS,
    pins,
    connect: (will) => {
      const client = createHubClient(options.hub, { will, ...credentials });
      closers.add(() => client.close());
      connections.push(client.connection$);
      return client;
    },
    log,
    intervalMs: options.interval,
  });
  closers.add(() => devices.close());
  const text = banner(`Pinhub ${VERSION}`, [
    ['Hub', options.hub],
    ['Devices', devices.topics.join('  ')],
    ...describePins(pins, reasons),
    ['Stop', 'Ctrl-C'],
  ]);
  await follow(connections, options.hub, credentials, running);
  return text;
}

/** Resolves when it is known whether the hub is there. From then on says when it goes and comes, and ends the program where it turns us away. */
async function follow(
  connections: readonly Observable<Connection>[],
  url: string,
  { ca }: Credentials,
  { log, closers, failed$ }: Running,
): Promise<void> {
  const watching = watchHub({
    connections,
    url,
    ofRole: ' of role device',
    ...(ca !== undefined && { ca }),
    onAway: (line) => log.warn(line),
    onBack: (line) => log.info(line),
  });
  const isThere$ = new ReplaySubject<boolean>(1);
  // What the devices have to say of the end would repeat it, each in its own words.
  const hush = () => {
    if (!log.isLevelEnabled('debug')) log.level = 'silent';
  };
  const subscription = watching.pipe(tap({ error: hush })).subscribe(isThere$);
  closers.add(() => subscription.unsubscribe());
  isThere$.subscribe({ error: (error) => failed$.error(error) });
  await firstValueFrom(isThere$);
}
