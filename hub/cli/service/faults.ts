import { existsSync } from 'node:fs';
import { isAbsolute, resolve } from 'node:path';
import { KINDS } from '../../../devices/index.ts';
import { quote, toHubError } from '../../core/error.ts';
import { chooseDevices } from '../chosen-devices.ts';
import { causesOf } from '../log.ts';
import type { StartOptions } from '../options.ts';
import { type Account, findBarrier, NOBODY, type System } from './system.ts';
import { isInState, SERVICE } from './unit.ts';

/** A request to install the service. */
export interface ServiceRequest {
  /** The options of `start`, as on the command line. */
  readonly words: readonly string[];
  /** The same, as parsed by the command line. */
  readonly options: StartOptions;
  readonly user: string;
}

/** The files and folders that the service reads: its program, and those named by its options. */
export function readPaths({ node, program }: System, { options }: ServiceRequest): string[] {
  const { config, cert, key, clientCa, www } = options;
  return [node, program, config, cert, key, clientCa, www].filter((path) => path !== undefined);
}

/** Why a service would not run as requested, in sentences. Empty if there is no reason. */
export function findFaults(system: System, request: ServiceRequest): string[] {
  return [
    ...findProgramFaults(system),
    ...findUserFaults(system, request),
    ...findDriverFaults(request),
    ...findDeviceFaults(request),
    ...readPaths(system, request).flatMap((path) => findReadFault(path, system, request) ?? []),
    ...findDataFaults(system, request),
  ];
}

const GLOBALLY = 'install it for the whole machine with "sudo npm install --global pinhub"';

/** npx keeps packages below this folder, and clears them out. */
const NPX_CACHE = /[\\/]_npx[\\/]/;

function findProgramFaults({ program }: System): string[] {
  if (NPX_CACHE.test(program))
    return [
      `a service needs a program that stays in its place, and npx keeps this one in a cache: ${GLOBALLY}`,
    ];
  return existsSync(program) ? [] : [`${quote(program, 200)} is missing: run "npm run build" first`];
}

function findUserFaults(system: System, { user }: ServiceRequest): string[] {
  if (!/^[a-z_][\w-]*$/i.test(user)) return [`${quote(user)} is not the name of a user`];
  const account = system.findAccount(user);
  if (account?.uid === 0)
    return [
      'the hub does not need root, and others on the network may reach it: leave --user out, or name another user',
    ];
  return account || user === SERVICE ? [] : [`there is no user ${quote(user)} on this machine`];
}

function findDriverFaults({ options: { driver, devices } }: ServiceRequest): string[] {
  if (!devices || driver !== 'pigpio') return [];
  return ['the driver "pigpio" needs root: let pigpiod drive the pins, with --driver pigpiod'];
}

/** The pins of the board are not known here, nor the kinds of plug-ins. */
function findDeviceFaults({ options: { device, devices, plugin } }: ServiceRequest): string[] {
  if (!devices || !device || plugin) return [];
  try {
    chooseDevices({ device, prefix: '' }, { kinds: KINDS, pins: { driver: '' } });
    return [];
  } catch (error) {
    return causesOf(error).map((cause) => toHubError(cause).message);
  }
}

/** Every service has its own folders in these places. */
const TEMPORARY = /^\/(var\/)?tmp\//;

/** Why a file's location is wrong for every user; `undefined` if it is not. */
function findPlaceFault(path: string): string | undefined {
  if (!isAbsolute(path)) return `a service has no current folder: write ${quote(resolve(path), 200)}`;
  if (!TEMPORARY.test(path)) return undefined;
  return `${quote(path, 200)} is a temporary file, which a service does not see: move it`;
}

function findReadFault(path: string, system: System, request: ServiceRequest): string | undefined {
  const fault = findPlaceFault(path);
  if (fault !== undefined) return fault;
  if (!existsSync(path)) return path === system.program ? undefined : `${quote(path, 200)} is missing`;
  const barrier = findBarrier(path, accountOf(system, request));
  if (barrier === undefined) return undefined;
  const reason = `the user ${quote(request.user)} cannot read ${quote(path, 200)}, as ${quote(barrier, 200)} is closed to it`;
  return `${reason}: ${remedyFor(path, system)}`;
}

function accountOf(system: System, { user }: ServiceRequest): Account {
  return system.findAccount(user) ?? NOBODY;
}

function remedyFor(path: string, { node, program }: System): string {
  const owner = 'or let the service run as its owner, with --user';
  if (path === node) return `install Node for the whole machine, as docs/install.md shows, ${owner}`;
  if (path === program) return `${GLOBALLY}, ${owner}`;
  return `move it, as to /etc/${SERVICE}, or change its permissions`;
}

/** A missing data folder is created, and belongs to the service then. */
function findDataFaults(system: System, request: ServiceRequest): string[] {
  const { data } = request.options;
  if (data === undefined || isInState(data)) return [];
  const fault = findPlaceFault(data);
  if (fault !== undefined) return [fault];
  if (!existsSync(data) || !findBarrier(data, accountOf(system, request), { toWrite: true })) return [];
  const reason = `the user ${quote(request.user)} cannot write to ${quote(data, 200)}`;
  return [`${reason}: make it the owner of that folder, or leave --data out`];
}
