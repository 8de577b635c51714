import { firstValueFrom, type Observable, ReplaySubject, tap } from 'rxjs';
import { type Connection, createHubClient } from '../client/index.ts';
import { VERSION } from '../version.ts';
import { banner } from './banner.ts';
import { chooseDevices } from './chosen-devices.ts';
import { wordsOf } from './languages/index.ts';
import type { DeviceOptions } from './options.ts';
import { describePins, describeRefused, openDevices, openPins } from './pins.ts';
import { kindsOf, loadPlugins } from './plugins.ts';
import { type RemoteHub, readRemoteHub, watchHub } from './remote-hub.ts';
import { type Running, runUntilStopped } from './run-until-stopped.ts';

/** Runs devices on this machine for a remote hub, until a signal stops it. Waits for a hub that is away; rejects if the hub refuses us. */
export function device(options: DeviceOptions): Promise<void> {
  return runUntilStopped(options, (running) => open(options, running));
}

async function open(options: DeviceOptions, running: Running): Promise<string> {
  const hub = readRemoteHub(options);
  const plugins = await loadPlugins(options);
  const kinds = kindsOf(plugins);
  const opened = await openPins(options, running, plugins);
  const chosen = chooseDevices(options, { kinds, pins: opened.pins });
  const connections: Observable<Connection>[] = [];
  const devices = openDevices(options, running, {
    devices: chosen,
    pins: opened.pins,
    kinds,
    connect: (will) => {
      const client = createHubClient(hub.url, { ...hub, will });
      connections.push(client.connection$);
      return client;
    },
  });
  const words = wordsOf(options);
  const { banner: say } = words.output;
  await follow(hub, connections, running);
  return banner(`Pinhub ${VERSION}`, [
    [say.hub, hub.url],
    [say.devices, devices.topics.join('  ')],
    ...(await describeRefused(devices, words)).map((text) => ['', text] as const),
    ...describePins(opened, words),
    [say.stop, 'Ctrl-C'],
  ]);
}

/** Resolves once it is known whether the hub answers. Then logs disconnects and reconnects, and ends the program if the hub refuses us. */
async function follow(
  hub: RemoteHub,
  connections: readonly Observable<Connection>[],
  { log, closers, failed$ }: Running,
): Promise<void> {
  const watching$ = watchHub({
    hub,
    connections,
    role: 'device',
    onAway: (line) => log.warn(line),
    onBack: (line) => log.info(line),
  });
  const isThere$ = new ReplaySubject<boolean>(1);
  // Without this, each device would log the same end in its own words.
  const silence = () => {
    if (!log.isLevelEnabled('debug')) log.level = 'silent';
  };
  const subscription = watching$.pipe(tap({ error: silence })).subscribe(isThere$);
  closers.add(() => subscription.unsubscribe());
  isThere$.subscribe({ error: (error) => failed$.error(error) });
  await firstValueFrom(isThere$);
}
