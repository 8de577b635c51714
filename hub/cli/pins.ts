import { lookup } from 'node:dns/promises';
import { setTimeout } from 'node:timers/promises';
import { type Choice, choosePins, pigpiodAddress, rgpiodAddress } from '../../devices/drivers.ts';
import { DEFAULT_PIGPIOD_PORT } from '../../devices/facts/pigpiod-port.ts';
import {
  type DeviceBus,
  type DeviceRuntimeOptions,
  type DeviceWill,
  type Pins,
  type RunningDevices,
  runDevices,
} from '../../devices/index.ts';
import { readPiRevision } from '../../devices/pins/linux/pi-revision.ts';
import { REAL_FILES, type SysfsFiles } from '../../devices/pins/linux/sysfs-files.ts';
import { type Address, LOOPBACK } from '../../devices/pins/socket/dial.ts';
import { Board } from '../../simulator/board/board.ts';
import { followOutsideLevels, refuseOutsideLevels } from '../../simulator/board/outside-levels.ts';
import { createTelemetry } from '../../simulator/board/telemetry.ts';
import { createVirtualPins } from '../../simulator/board/virtual-pins.ts';
import { Mirror } from '../../simulator/mirror/mirror.ts';
import { createMirrorPins } from '../../simulator/mirror/mirror-pins.ts';
import { reportClients } from '../../simulator/pigpiod/report-clients.ts';
import { createPigpiodServer, type PigpiodServer } from '../../simulator/pigpiod/server.ts';
import { HubError, toHubError } from '../core/error.ts';
import { isPortTaken } from '../listeners/listen.ts';
import type { Plugin } from '../plugin.ts';
import type { HubServer } from '../server.ts';
import type { BannerLine } from './banner.ts';
import { wordsOf } from './languages/index.ts';
import { describeError, translated, type Words } from './languages/words.ts';
import type { StartOptions } from './options.ts';
import { driversOf } from './plugins.ts';
import type { Scope } from './run-until-stopped.ts';

interface OpenedPins extends Choice {
  readonly board: Board;
  /** The mirror with the real pins behind that board, if pigpiod stands in front of them. */
  readonly mirror?: Mirror;
}

/** Opens the pins with the requested driver, or with a suitable one for `auto`. Rejects with `driver/unavailable`. */
export async function openPins(
  options: Pick<StartOptions, 'driver'> & Partial<Pick<StartOptions, 'pigpiod' | 'pigpiodPort'>>,
  scope: Scope,
  plugins: readonly Plugin[],
): Promise<OpenedPins> {
  const { driver } = options;
  const { closers } = scope;
  const board = new Board();
  const virtual = () => createVirtualPins(board);
  const daemon = pigpiodAddress(process.env);
  const drivers = driversOf(plugins, {
    virtual,
    pigpiod: daemon,
    rgpiod: rgpiodAddress(process.env),
  });
  const choice = await choosePins(driver, drivers);
  closers.add(() => choice.pins.close());
  const isInFront = wantsFacade(options, choice.pins);
  if (isInFront) await assertOtherPort(options.pigpiodPort, choice.pins, daemon);
  return {
    board,
    ...choice,
    ...(isInFront && (await openFacade(choice.pins, scope))),
  };
}

/** The driver, and why it was chosen. */
export function describePins({ pins, reasons }: Choice, words: Words): BannerLine[] {
  const why = reasons.map((reason): BannerLine => ['', translated(words, reason)]);
  return [[words.output.banner.pins, pins.driver], ...why];
}

interface DeviceSetting
  extends Pick<DeviceRuntimeOptions, 'devices' | 'pins' | 'kinds' | 'meter' | 'mayRun'> {
  readonly connect: (will: DeviceWill) => DeviceBus & { close(): Promise<void> | void };
}

/** Runs devices, each on a bus of its own. */
export function openDevices(
  options: Pick<StartOptions, 'interval'>,
  { log, closers }: Scope,
  { connect, ...setting }: DeviceSetting,
): RunningDevices {
  const buses: ReturnType<typeof connect>[] = [];
  closers.add(async () => {
    await Promise.all(buses.map((bus) => bus.close()));
  });
  const devices = runDevices({
    ...setting,
    log,
    connect: (will) => {
      const bus = connect(will);
      buses.push(bus);
      return bus;
    },
    intervalMs: options.interval,
  });
  closers.add(() => devices.close());
  return devices;
}

/** How long the banner waits for devices to start, milliseconds. A plug-in's device may take longer. */
const STARTING_MS = 1_000;

/** Describes the devices that their driver refused, and why. They may still start, once the driver is back. */
export async function describeRefused(
  devices: Pick<RunningDevices, 'refused'>,
  words: Words,
): Promise<string[]> {
  const { banner: say } = words.output;
  const refused = await Promise.race([devices.refused(), setTimeout(STARTING_MS, [], { ref: false })]);
  // An unknown error is most likely a plug-in's.
  const describe = (reason: HubError) =>
    reason.code === 'internal' ? translated(words, reason.message) : describeError(words, reason);
  return refused.map(({ topic, reason }) => say.refused(topic, describe(reason)));
}

type BoardOnHub = Pick<OpenedPins, 'board' | 'mirror' | 'pins'> &
  Pick<DeviceSetting, 'mayRun'> & { readonly server: HubServer };

/** Shows the board's pins on the hub, and serves pigpiod in front of them. Resolves to the banner's text about pigpiod. */
export async function openVirtualPi(
  options: StartOptions,
  scope: Scope,
  opened: BoardOnHub,
): Promise<string> {
  const { text, found } = options.pigpiod
    ? await openPigpiod(options, scope, opened)
    : { text: wordsOf(options).output.banner.noPigpiod };
  showBoard(options, scope, { ...opened, found });
  return text;
}

interface FoundPigpiod extends Pick<PigpiodServer, 'connections$'> {
  readonly port: number;
}

interface ShownBoard extends Omit<BoardOnHub, 'mirror'> {
  readonly found?: FoundPigpiod | undefined;
}

/** Tells clients that try to set levels on real pins from outside that they cannot. */
export function refuseLevels(
  { prefix }: Pick<StartOptions, 'prefix'>,
  { log, closers }: Pick<Scope, 'log' | 'closers'>,
  server: Pick<HubServer, 'connect'>,
): void {
  const bus = server.connect();
  closers.add(() => bus.close());
  const onError = (err: HubError) => log.warn({ err }, err.message);
  refuseOutsideLevels(bus, { prefix: prefix === '' ? '' : `${prefix}/`, onError });
}

/** Publishes what the pins do, and how many programs drive them, as soon as no other hub publishes at the same topics. */
function showBoard(
  options: Pick<StartOptions, 'prefix'>,
  { log, closers }: Scope,
  { board, pins, server, mayRun, found }: ShownBoard,
): void {
  const prefix = options.prefix === '' ? '' : `${options.prefix}/`;
  const onError = (err: unknown) => log.warn({ err }, toHubError(err).message);
  const bus = server.connect();
  closers.add(() => bus.close());
  const shown: { close(): Promise<void> }[] = [];
  const begin = () => {
    shown.push(createTelemetry(board, bus, { prefix, onError }));
    if (found) shown.push(reportClients(bus, { ...found, prefix, onError }));
    if (pins.driver === 'virtual') followOutsideLevels(board, bus, { prefix, onError });
    else refuseOutsideLevels(bus, { prefix, onError });
  };
  closers.add(async () => {
    await Promise.all(shown.map((one) => one.close()));
  });
  if (mayRun) mayRun(`${prefix}board/gpio`).then((isOurs) => isOurs && begin(), onError);
  else begin();
}

interface OpenedPigpiod {
  /** `undefined` if its port is taken. */
  readonly found?: FoundPigpiod;
  /** For the banner. */
  readonly text: string;
}

/** Continues without pigpiod if the default port is taken; rejects with `port/in-use` if the user asked for that port. */
async function openPigpiod(
  { pigpiodPort, lang }: StartOptions,
  { log, closers }: Scope,
  { board, mirror, pins }: Omit<BoardOnHub, 'server' | 'mayRun'>,
): Promise<OpenedPigpiod> {
  const asked = pigpiodPort ?? DEFAULT_PIGPIOD_PORT;
  const words = wordsOf({ lang });
  const { banner: say } = words.output;
  const onWarning = (err: HubError) => log.warn({ err }, err.message);
  const daemon = createPigpiodServer({ board, ...(mirror && { mirror }), port: asked, onWarning });
  try {
    const { port } = await daemon.listen();
    closers.add(() => daemon.close());
    const text = mirror ? say.pigpiodInFront(port, pins.driver) : say.pigpiod(port);
    return { found: { port, connections$: daemon.connections$ }, text };
  } catch (error) {
    if (pigpiodPort !== undefined || !isPortTaken(error)) throw error;
    return { text: say.pigpiodFailed(translated(words, error.message)) };
  }
}

/** Real pins with a board in front of them. */
export interface Facade {
  /** For the hub's devices. */
  readonly pins: Pins;
  readonly board: Board;
  readonly mirror: Mirror;
}

/** Whether pigpiod should stand in front of real pins: only if its port was given, as the board reduces their brightness steps. */
function wantsFacade({ pigpiod, pigpiodPort }: Partial<StartOptions>, { driver }: Pins): boolean {
  return driver !== 'virtual' && pigpiod === true && pigpiodPort !== undefined;
}

/** Resolves a host name to its addresses. Default: like programs of this machine. */
type LookUp = (host: string) => Promise<readonly { readonly address: string }[]>;

const lookUpAll: LookUp = (host) => lookup(host, { all: true });

/** Checks that a driver does not find our own pigpiod, as it would wait for itself. Rejects with `option/invalid`. */
export async function assertOtherPort(
  pigpiodPort: number | undefined,
  { driver }: Pick<Pins, 'driver'>,
  { hosts, port }: Address,
  lookUp = lookUpAll,
): Promise<void> {
  if (driver !== 'pigpiod' || port !== pigpiodPort) return;
  // No pigpiod can be found at a host without an address.
  const found = await Promise.all(hosts.map((host) => lookUp(host).catch(() => [])));
  if (!found.flat().some(({ address }) => LOOPBACK.includes(address))) return;
  throw new HubError(
    'option/invalid',
    `--pigpiod-port ${port} is where the driver pigpiod looks for its pigpiod; another is needed`,
  );
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

/** A Pi that is newer than this program or cannot be read, and any other computer, claims to be a Pi 4: programs for pigpio must know the code. */
async function createBoard(files: SysfsFiles, log: Scope['log']): Promise<Board> {
  try {
    const revision = await readPiRevision(files);
    return revision === undefined ? new Board() : new Board({ revision });
  } catch (error) {
    log.info(`${toHubError(error).message}; programs for pigpio are told that this is a Pi 4`);
    return new Board();
  }
}
