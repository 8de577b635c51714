import { type SchedulerLike, skipWhile } from 'rxjs';
import { HubError, quote, toHubError } from '../hub/core/error.ts';
import { parseTopicName } from '../hub/core/topic.ts';
import type { DeviceKind } from './kind.ts';
import { type DeviceBus, DeviceLink } from './link.ts';
import type { Log } from './log.ts';
import { type Meter, NO_METER } from './meter.ts';
import type { Pins } from './pins/pins.ts';
import { DEFAULT_INTERVAL_MS } from './pipeline/pace.ts';
import { RunningDevice } from './running-device.ts';
import { steadyScheduler } from './steady-scheduler.ts';

/** A device to run. Its topic is `<prefix>/<kind>/<id>`, or `<kind>/<id>` without a prefix. */
export interface DeviceAddress {
  /** `led`. */
  readonly kind: string;
  /** Interpreted by the kind; a BCM number for most. */
  readonly id: string;
  /** The topic levels before the kind, such as `lab/ana`. */
  readonly prefix?: string | undefined;
  /** A name for people; the topic by default. */
  readonly name?: string | undefined;
}

/** The message that the hub publishes if the device's connection is lost without a disconnect. */
export interface DeviceWill {
  readonly topic: string;
  readonly payload: string;
  readonly retain: boolean;
}

export interface DeviceRuntimeOptions {
  readonly devices: readonly DeviceAddress[];
  readonly kinds: readonly DeviceKind[];
  readonly pins: Pins;
  /**
   * Creates the bus of one device. Each device has its own, so that the hub keeps its last will and does not echo
   * its own messages. The caller closes the buses, after the devices.
   */
  readonly connect: (will: DeviceWill) => DeviceBus;
  /** Resolves, once that is known, to whether a device with this topic may run. Default: it may, at once. */
  readonly mayRun?: ((topic: string) => Promise<boolean>) | undefined;
  readonly log: Log;
  /** Receives the durations of waits and writes. Default: none are recorded. */
  readonly meter?: Meter;
  /** The minimum time between two writes to a pin, milliseconds. Default 20. */
  readonly intervalMs?: number;
  readonly scheduler?: SchedulerLike;
}

/** A device that could not start. */
export interface RefusedDevice {
  readonly topic: string;
  readonly reason: HubError;
}

/** The running devices. */
export interface RunningDevices {
  readonly topics: readonly string[];
  /**
   * Resolves to the devices that could not start, once each has started or failed. A device that waits for its driver, or until it may run, is not
   * waited for. Never rejects.
   */
  refused(): Promise<readonly RefusedDevice[]>;
  /** Stops the devices, publishes `offline`, and releases the pins; lights stay as they are. Never rejects because of a device. */
  close(): Promise<void>;
}

/**
 * Runs devices until closed. Only this function knows bus, pins and kinds. A failing device reports the reason at
 * its `…/error` and in the log, and does not affect the others. Throws `device/unknown-kind` or `topic/invalid`.
 */
export function runDevices(options: DeviceRuntimeOptions): RunningDevices {
  const {
    pins,
    log,
    mayRun,
    meter = NO_METER,
    intervalMs = DEFAULT_INTERVAL_MS,
    scheduler = steadyScheduler,
  } = options;
  const planned = options.devices.map((address) => ({
    ...address,
    kind: findKind(options.kinds, address.kind),
    topic: deviceTopic(address),
  }));
  const running: RunningDevice[] = [];
  let isClosed = false;
  const begin = ({ kind, id, name, topic }: (typeof planned)[number]) => {
    const link = new DeviceLink(topic, options.connect(deviceWill(topic)), { intervalMs, scheduler }, log);
    running.push(new RunningDevice({ kind, id, name, pins, link, meter }));
  };
  const beginOnceItMay = async (device: (typeof planned)[number]) => {
    if ((await mayRun?.(device.topic)) && !isClosed) begin(device);
  };
  for (const device of planned) {
    if (!mayRun) begin(device);
    else
      beginOnceItMay(device).catch((err) => log.warn({ err }, `${device.topic}: ${toHubError(err).message}`));
  }
  const health = logHealth(pins, log);
  return {
    topics: planned.map(({ topic }) => topic),
    async refused() {
      const found = await Promise.all(running.map(refusalOf));
      return found.flat();
    },
    async close() {
      isClosed = true;
      health.unsubscribe();
      await Promise.all(running.map((device) => device.close()));
    },
  };
}

async function refusalOf({ topic, firstFailure }: RunningDevice): Promise<RefusedDevice[]> {
  const reason = await firstFailure;
  return reason ? [{ topic, reason }] : [];
}

/** The device's own topic; its properties are below it. Throws `topic/invalid`. */
export function deviceTopic({ prefix, kind, id }: DeviceAddress): string {
  return parseTopicName(prefix ? `${prefix}/${kind}/${id}` : `${kind}/${id}`);
}

/** Parses a device's topic, such as `lab/ana/led/21`: the last two levels are kind and id. Throws `device/invalid`. */
export function parseDeviceAddress(text: string): DeviceAddress {
  const levels = text.split('/');
  const [kind, id] = levels.slice(-2);
  if (!kind || !id || levels.includes('')) {
    throw new HubError(
      'device/invalid',
      `${quote(text)} is not a device; it must be "<kind>/<id>", as in "led/21"`,
    );
  }
  return { kind, id, prefix: levels.slice(0, -2).join('/') || undefined };
}

/** The last will of a device: `offline`. */
export function deviceWill(topic: string): DeviceWill {
  return { topic: `${topic}/status`, payload: 'offline', retain: true };
}

/** Throws `device/unknown-kind`. */
export function findKind(kinds: readonly DeviceKind[], wanted: string): DeviceKind {
  const found = kinds.find(({ kind }) => kind === wanted);
  if (found) return found;
  const known = kinds.map(({ kind }) => kind).join(', ');
  throw new HubError(
    'device/unknown-kind',
    `there is no kind of device ${quote(wanted)}; there are ${known}`,
  );
}

/** Logs the loss of the pins once, however many devices use them. */
function logHealth(pins: Pins, log: Log) {
  const { driver, health$ } = pins;
  return health$.pipe(skipWhile(({ status }) => status === 'online')).subscribe({
    next: (health) => {
      if (health.status === 'online') log.info({ driver }, `${driver}: the pins can be reached again`);
      else log.warn({ driver }, `${driver}: ${health.reason}`);
    },
    error: (err) => log.warn({ driver, err }, `${driver}: ${toHubError(err).message}`),
  });
}
