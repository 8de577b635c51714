import type { DeviceKind } from '../../devices/kind.ts';
import { Ownership } from '../../devices/pins/ownership.ts';
import type { Pins } from '../../devices/pins/pins.ts';
import { type DeviceAddress, deviceTopic, findKind } from '../../devices/runtime.ts';
import { HubError, quote, toHubError } from '../core/error.ts';

/** All BCM numbers that any board may have. */
const ANY_GPIO: readonly number[] = Array.from({ length: 54 }, (_, gpio) => gpio);

export interface RefusalOptions {
  readonly kinds: readonly DeviceKind[];
  readonly pins: Pick<Pins, 'gpios'>;
}

/**
 * Returns an error for each device that cannot run, as far as that is known before a device claims a pin. Each error names its device. The codes are
 * `device/unknown-kind`, `device/invalid`, `pin/invalid` (the board does not have the pin), and `pin/in-use` (an earlier device has it).
 */
export function findRefusals(
  devices: readonly DeviceAddress[],
  { kinds, pins }: RefusalOptions,
): readonly HubError[] {
  const ownership = new Ownership(pins.gpios ?? ANY_GPIO);
  const claimPins = (device: DeviceAddress, topic: string) => {
    const gpios = findKind(kinds, device.kind).gpios?.(device.id) ?? [];
    for (const gpio of gpios) ownership.claim(gpio, topic);
  };
  return devices.flatMap((device) => {
    const topic = deviceTopic(device);
    try {
      claimPins(device, topic);
      return [];
    } catch (cause) {
      const { code, message } = toHubError(cause);
      return [new HubError(code, `the device ${quote(topic)}: ${message}`, { cause })];
    }
  });
}
