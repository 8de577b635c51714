import { lookup } from 'node:dns/promises';
import type { Pins } from '../../devices/index.ts';
import { readPiRevision } from '../../devices/pins/linux/pi-revision.ts';
import { REAL_FILES, type SysfsFiles } from '../../devices/pins/linux/sysfs-files.ts';
import { type Address, LOOPBACK } from '../../devices/pins/socket/dial.ts';
import { Board } from '../../simulator/board/board.ts';
import { Mirror } from '../../simulator/mirror/mirror.ts';
import { createMirrorPins } from '../../simulator/mirror/mirror-pins.ts';
import { HubError, toHubError } from '../core/error.ts';
import type { StartOptions } from './options.ts';
import type { Scope } from './run-until-stopped.ts';

/** Real pins with a board in front of them. */
export interface Facade {
  /** For the hub's devices. */
  readonly pins: Pins;
  readonly board: Board;
  readonly mirror: Mirror;
}

/** Whether pigpiod is to stand in front of real pins: only if its port was given, as the board costs them steps of light. */
export function wantsFacade({ pigpiod, pigpiodPort }: Partial<StartOptions>, { driver }: Pins): boolean {
  return driver !== 'virtual' && pigpiod === true && pigpiodPort !== undefined;
}

/** Resolves a host's name to its addresses. Default: as programs of this machine do. */
type LookUp = (host: string) => Promise<readonly { readonly address: string }[]>;

const lookUpAll: LookUp = (host) => lookup(host, { all: true });

/** A driver that finds our own pigpiod would wait for itself. Rejects with `option/invalid`. */
export async function assertOtherPort(
  pigpiodPort: number | undefined,
  { driver }: Pick<Pins, 'driver'>,
  { hosts, port }: Address,
  lookUp = lookUpAll,
): Promise<void> {
  if (driver !== 'pigpiod' || port !== pigpiodPort) return;
  // A host without an address is none where a pigpiod could be found.
  const found = await Promise.all(hosts.map((host) => lookUp(host).catch(() => [])));
  if (!found.flat().some(({ address }) => LOOPBACK.includes(address))) return;
  const where = `--pigpiod-port ${port} is where the driver pigpiod looks for its pigpiod`;
  throw new HubError('option/invalid', `${where}; another is needed`);
}

/** Puts a board in front of the pins of a driver, so that devices and programs for pigpio share them. */
export async function openFacade(
  pins: Pins,
  { log, closers }: Pick<Scope, 'log' | 'closers'>,
  files: SysfsFiles = REAL_FILES,
): Promise<Facade> {
  const board = await createBoard(files, log);
  const mirror = new Mirror({ board, pins, onFault: (err) => log.warn({ err }, `pigpiod: ${err.message}`) });
  closers.add(() => mirror.close());
  return { pins: createMirrorPins(mirror), board, mirror };
}

/** A Pi that is newer than this program or cannot be read, and any other computer, say that they are a Pi 4: programs for pigpio must know the code. */
async function createBoard(files: SysfsFiles, log: Scope['log']): Promise<Board> {
  try {
    const revision = await readPiRevision(files);
    return revision === undefined ? new Board() : new Board({ revision });
  } catch (error) {
    log.info(`${toHubError(error).message}; programs for pigpio are told that this is a Pi 4`);
    return new Board();
  }
}
