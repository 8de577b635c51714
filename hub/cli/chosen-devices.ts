import { type DeviceAddress, deviceTopic, type Pins, parseDeviceAddress } from '../../devices/index.ts';
import { HubError, quote } from '../core/error.ts';
import { findRefusals, type RefusalOptions } from './device-refusals.ts';
import type { StartOptions } from './options.ts';

type DeviceChoice = Pick<StartOptions, 'device' | 'prefix'>;

interface DeviceSurroundings extends RefusalOptions {
  readonly pins: Pick<Pins, 'driver' | 'gpios'>;
}

/**
 * The requested devices; by default the course's LED, and its button if the button needs no wiring. Throws `option/invalid`, the errors of
 * `parseDeviceAddress`, and those of `findRefusals`: before anything is started, as a hub without a device that was asked for helps nobody.
 */
export function chooseDevices(
  { device, prefix }: DeviceChoice,
  { kinds, pins }: DeviceSurroundings,
): readonly DeviceAddress[] {
  const wanted = device ?? (pins.driver === 'virtual' ? ['led/21', 'button/23'] : ['led/21']);
  const devices = wanted.map((text) => readDevice(text, prefix));
  const topics = devices.map(deviceTopic);
  const twice = topics.find((topic, index) => topics.indexOf(topic) !== index);
  if (twice !== undefined) throw new HubError('option/invalid', `the device ${quote(twice)} is named twice`);
  // A board may lack the pin of a default device: that is no reason not to start.
  const refusals = device ? findRefusals(devices, { kinds, pins }) : [];
  if (refusals.length > 0) throw refusals.length === 1 ? refusals[0] : new AggregateError(refusals);
  return devices;
}

/** Reads `led/21`, or `led/21=Desk lamp` with a name. Throws `option/invalid`, or what `parseDeviceAddress` throws. */
function readDevice(text: string, prefix: string): DeviceAddress {
  const [topic = '', ...rest] = text.split('=');
  const name = rest.join('=').trim();
  if (rest.length > 0 && name === '')
    throw new HubError('option/invalid', `${quote(text)} has no name after "=", as in led/21=Lamp`);
  const address = parseDeviceAddress(topic);
  const levels = [prefix, address.prefix].filter(Boolean).join('/');
  return { ...address, prefix: levels, name: name || undefined };
}
