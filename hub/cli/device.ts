import { firstValueFrom, type Observable, ReplaySubject, tap } from 'rxjs';
import { type Connection, createHubClient } from '../client/index.ts';
import { VERSION } from '../version.ts';
import { banner } from './banner.ts';
import { type Credentials, readCredentials } from './credentials.ts';
import type { DeviceOptions } from './options.ts';
import { describePins, openDevices, openPins } from './pins.ts';
import { type Running, runUntilStopped } from './run-until-stopped.ts';
import { watchHub } from './watch-hub.ts';

/** Runs devices on this machine for a hub elsewhere, until a signal stops it. Waits for a hub that is away; rejects if the hub refuses us. */
export function device(options: DeviceOptions): Promise<void> {
  return runUntilStopped(options, (running) => open(options, running));
}

async function open(options: DeviceOptions, running: Running): Promise<string> {
  const { log, closers } = running;
  const credentials = readCredentials(options);
  const opened = await openPins(options, closers);
  const connections: Observable<Connection>[] = [];
  const devices = openDevices(options, {
    pins: opened.pins,
    log,
    closers,
    connect: (will) => {
      const client = createHubClient(options.hub, { will, ...credentials });
      connections.push(client.connection$);
      return client;
    },
  });
  const text = banner(`Pinhub ${VERSION}`, [
    ['Hub', options.hub],
    ['Devices', devices.topics.join('  ')],
    ...describePins(opened),
    ['Stop', 'Ctrl-C'],
  ]);
  await follow(connections, options.hub, credentials, running);
  return text;
}

/** Resolves once it is known whether the hub answers. Then logs disconnects and reconnects, and ends the program if the hub refuses us. */
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
  // Otherwise each device would log the same end in its own words.
  const hush = () => {
    if (!log.isLevelEnabled('debug')) log.level = 'silent';
  };
  const subscription = watching.pipe(tap({ error: hush })).subscribe(isThere$);
  closers.add(() => subscription.unsubscribe());
  isThere$.subscribe({ error: (error) => failed$.error(error) });
  await firstValueFrom(isThere$);
}
