/** Definitions that devices and pages share. This folder depends on nothing else. */
export { formatColor, type Rgb, readColor } from './color.ts';
export { HEADER_PINS, type HeaderPin, headerPinOf, type PinRole } from './header.ts';
export {
  type PropertiesInfo,
  type PropertyInfo,
  type PropertyProblem,
  type PropertySchema,
  type PropertyType,
  readProperties,
} from './property-info.ts';
export {
  ANY_FREQUENCY_HZ,
  BOUNCE_MS,
  clamp,
  PERCENT,
  type Range,
  SERVO_DEGREES,
  SERVO_PULSE_US,
  TRANSITION_SECONDS,
} from './range.ts';
export { decodeSrgb, encodeSrgb } from './srgb.ts';
export { formatNumber, readBoolean, readNumber, readPercent, unquoted } from './value.ts';
