import { existsSync, lstatSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { HubError, quote } from '../../core/error.ts';
import { replaceFiles } from '../../files/files.ts';
import { banner } from '../banner.ts';
import { type SpokenOptions, wordsOf } from '../languages/index.ts';
import type { Words } from '../languages/words.ts';
import { findFaults, readPaths, type ServiceRequest } from './faults.ts';
import type { System } from './system.ts';
import { createUnit, isInState, isOwnUnit, opensPins, SERVICE, STATE_FOLDER } from './unit.ts';

export interface ForceOptions extends SpokenOptions {
  /** Whether a unit that is not ours may be replaced or removed. */
  readonly force?: boolean | undefined;
}

export interface InstallRequest extends ServiceRequest, ForceOptions {
  /** Prints the unit, and changes nothing. */
  readonly dryRun?: boolean | undefined;
}

/** `pinhub service`: the hub as a service of systemd. Both reject with `option/invalid`. */
export interface Service {
  /** Installs the service and starts it. If it is already installed, replaces its options and restarts it. */
  install(request: InstallRequest): Promise<void>;
  /** Stops the service and removes it, but not its data. */
  uninstall(options: ForceOptions): Promise<void>;
}

export function createService(system: System): Service {
  const path = join(system.unitFolder, `${SERVICE}.service`);
  return {
    install: (request) => (request.dryRun ? show(system, request) : install(path, system, request)),
    uninstall: (options) => uninstall(path, system, options),
  };
}

/** Prints the unit, followed by the reason why it would not run, as an error. */
async function show(system: System, request: ServiceRequest): Promise<void> {
  console.log(describeUnit(system, request).trimEnd());
  refuse(findFaults(system, request));
}

async function install(path: string, system: System, request: InstallRequest): Promise<void> {
  checkSystemd(system);
  refuse(findFaults(system, request));
  checkRoot(system, 'install');
  checkIsOwn(path, request);
  makeUser(system, request);
  makeDataFolder(system, request);
  await replaceFiles([{ path, content: describeUnit(system, request), mode: 0o644 }]);
  for (const words of [['daemon-reload'], ['enable', SERVICE], ['restart', SERVICE]])
    system.run('systemctl', ...words);
  console.log(describeInstalled(system, request, wordsOf(request)));
}

async function uninstall(path: string, system: System, options: ForceOptions): Promise<void> {
  checkSystemd(system);
  checkRoot(system, 'uninstall');
  const { service: say } = wordsOf(options).output;
  if (!isThere(path)) return console.log(say.missing(SERVICE));
  checkIsOwn(path, options);
  system.run('systemctl', 'disable', '--now', SERVICE);
  await rm(path, { force: true });
  system.run('systemctl', 'daemon-reload');
  console.log(describeRemoved(wordsOf(options)));
}

/** The folders that ProtectHome hides. */
const HOMES = /^\/(home|root|run\/user)\//;

function describeUnit(system: System, request: ServiceRequest): string {
  const { words, options, user } = request;
  const { node, program } = system;
  const groups = opensPins(options) && system.hasGroup('gpio') ? ['gpio'] : [];
  const readsHome = [...readPaths(system, request), options.data ?? ''].some((path) => HOMES.test(path));
  return createUnit({ node, program, words, options, user, groups, readsHome });
}

function refuse(faults: readonly string[]): void {
  if (faults.length > 0) throw new HubError('option/invalid', faults.join('\n  and '));
}

function checkSystemd({ hasSystemd }: System): void {
  if (!hasSystemd)
    refuse(['systemd does not run on this machine; docs/install.md says how to start the hub elsewhere']);
}

function checkRoot({ isRoot, node, program }: System, command: string): void {
  if (!isRoot) refuse([`only root may do that: sudo ${node} ${program} service ${command} …`]);
}

function checkIsOwn(path: string, { force = false }: ForceOptions): void {
  if (force || !isThere(path) || (lstatSync(path).isFile() && isOwnUnit(readFileSync(path, 'utf8')))) return;
  const reason =
    'is not as "pinhub service install" wrote it; check it, and use --force to overwrite or remove it';
  refuse([`${quote(path, 200)} ${reason}`]);
}

/** Also true for a dangling link. */
function isThere(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}

function makeUser(system: System, { user }: ServiceRequest): void {
  if (system.findAccount(user)) return;
  const place = ['--home-dir', STATE_FOLDER, '--no-create-home', '--shell', '/usr/sbin/nologin'];
  system.run('useradd', '--system', '--user-group', ...place, user);
}

function makeDataFolder(system: System, { user, options: { data } }: ServiceRequest): void {
  if (data === undefined || isInState(data) || existsSync(data)) return;
  system.run('install', '-d', '-m', '700', '-o', user, data);
}

function describeInstalled(
  { node, program }: System,
  { user, options }: ServiceRequest,
  { output: { service: say } }: Words,
): string {
  const pinhub = `${node} ${program}`;
  return banner(say.installed(SERVICE), [
    [say.status, `systemctl status ${SERVICE}`],
    [say.log, `journalctl -u ${SERVICE}   (${say.logHasSecrets})`],
    [say.users, `sudo -u ${user} ${pinhub} user add ana --data ${options.data ?? STATE_FOLDER}`],
    [say.options, `sudo ${pinhub} service install -- ${say.optionsExample}`],
    [say.remove, `sudo ${pinhub} service uninstall`],
  ]);
}

function describeRemoved({ output: { service: say } }: Words): string {
  return [say.removed, `  sudo rm -r ${STATE_FOLDER}`, `  sudo userdel ${SERVICE}`].join('\n');
}
