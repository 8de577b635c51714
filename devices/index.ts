/**
 * Devices, for a program or a page. Nothing here needs Node. The drivers of real pins are in `./drivers.ts`.
 */
export { button } from './button.ts';
export * from './facts/index.ts';
export { type DeviceContext, type DeviceInfo, type DeviceKind, type OpenDevice, parseGpio } from './kind.ts';
export { KINDS } from './kinds.ts';
export { led } from './led.ts';
export type { DeviceBus, Status } from './link.ts';
export type { Log } from './log.ts';
export type { Meter, WriteOutcome } from './meter.ts';
export * from './payload.ts';
export {
  createLevelOutput,
  createPinOutput,
  drive,
  OVERRIDDEN,
  type PinOutput,
  type PwmWish,
} from './pin-output.ts';
export type * from './pins/pins.ts';
export { EFFECTS, type Effect, effect, effectShare } from './pipeline/effect.ts';
export { latestWins } from './pipeline/latest-wins.ts';
export { DEFAULT_INTERVAL_MS, type Pace } from './pipeline/pace.ts';
export { type Parsed, type Parser, parse } from './pipeline/parse.ts';
export { quantise } from './pipeline/quantise.ts';
export { type Target, transition } from './pipeline/transition.ts';
export type { Property, PropertySpec, ReadingSpec, ValueSchema } from './property.ts';
export { rgb } from './rgb.ts';
export {
  type DeviceAddress,
  type DeviceRuntimeOptions,
  type DeviceWill,
  deviceTopic,
  deviceWill,
  parseDeviceAddress,
  type RunningDevices,
  runDevices,
} from './runtime.ts';
export { servo } from './servo.ts';
