import { fileURLToPath } from 'node:url';
import { AUTO, builtInDrivers, type Driver, type PinSources } from '../../devices/drivers.ts';
import { type DeviceKind, KINDS } from '../../devices/index.ts';
import { HubError, quote, toHubError } from '../core/error.ts';
import { type Plugin, parsePlugin } from '../plugin.ts';

/** Loads the plug-ins. Rejects with `option/invalid`, which names the plug-in and what is wrong with it. */
export async function loadPlugins({
  plugin = [],
}: {
  readonly plugin?: readonly string[];
}): Promise<readonly Plugin[]> {
  const plugins = await Promise.all(plugin.map(load));
  const names = plugins.map(({ name }) => name);
  assertUnique('plug-in', names);
  const withStore = plugins.filter(({ openStore }) => openStore).map((one) => one.name);
  if (withStore.length > 1)
    throw new HubError('option/invalid', `a hub has one store; ${withStore.join(' and ')} bring one each`);
  return plugins;
}

/** The kinds of device: Pinhub's own, then those of plug-ins. Throws `option/invalid` if two have the same name. */
export function kindsOf(plugins: readonly Plugin[]): readonly DeviceKind[] {
  const kinds = [...KINDS, ...plugins.flatMap((plugin) => plugin.kinds ?? [])];
  const names = kinds.map(({ kind }) => kind);
  assertUnique('kind of device', names);
  return kinds;
}

/** The drivers, in the order in which `auto` asks them. Throws `option/invalid` if two have the same name. */
export function driversOf(plugins: readonly Plugin[], sources: PinSources): readonly Driver[] {
  const drivers = [...plugins.flatMap((plugin) => plugin.drivers ?? []), ...builtInDrivers(sources)];
  const names = drivers.map(({ name }) => name);
  assertUnique('driver', [AUTO, ...names]);
  return drivers;
}

async function load(address: string): Promise<Plugin> {
  const from = address.startsWith('file:') ? fileURLToPath(address) : address;
  const { default: exported } = await importModule(address, from);
  return parsePlugin(exported, from);
}

async function importModule(address: string, from: string): Promise<{ readonly default?: unknown }> {
  try {
    return await import(address);
  } catch (cause) {
    const reason = toHubError(cause).message;
    throw new HubError('option/invalid', `plug-in ${quote(from, 200)} cannot be loaded: ${reason}`, {
      cause,
    });
  }
}

function assertUnique(what: string, names: readonly string[]): void {
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined)
    throw new HubError('option/invalid', `the ${what} ${quote(twice)} exists twice; names must differ`);
}
