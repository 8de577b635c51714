import { type PropertyInfo, rangeOf } from '../../../devices/facts/property-info.ts';
import type { DescribedDevice } from '../described-device.ts';

/** One entity of Home Assistant: its part of `components` in an announcement, without the identifiers. */
export interface Entity {
  /** The entity's name among those of the device; usually the name of the property. */
  readonly key: string;
  /** Home Assistant's word for its type: `light`, `number`. */
  readonly platform: string;
  /** Whether it is the main entity of the device, and so has the device's name. */
  readonly isMain?: boolean;
  /** The other members, by the names of Home Assistant's documentation. */
  readonly config: Readonly<Record<string, unknown>>;
}

/** How one kind of device is announced. */
export interface Form {
  /** The properties that it covers. A device without the first one is not of this kind, and is announced property by property. */
  readonly properties: readonly [string, ...string[]];
  readonly entities: (device: DescribedDevice) => readonly Entity[];
}

/** Bounds to give Home Assistant for a number that has none: its own are 1 and 100. */
const ANY_NUMBER = 1_000_000;
/** The smallest step that Home Assistant accepts. */
const SMALLEST_STEP = 0.001;

/** The topics of a property: where to set it, and where to read it. */
export function topicsOf(topic: string, { property, hasActual }: PropertyInfo) {
  const command_topic = `${topic}/${property}`;
  return { command_topic, state_topic: hasActual ? `${command_topic}/actual` : command_topic };
}

/** Members of a number that can be set: bounds, step, unit, and a slider if it has bounds. */
export function numberConfig(info: PropertyInfo) {
  const { min, max, step, unit } = info;
  const range = rangeOf(info);
  const least = min ?? Math.min(-ANY_NUMBER, (max ?? 0) - ANY_NUMBER);
  return {
    min: least,
    max: max ?? Math.max(ANY_NUMBER, least + ANY_NUMBER),
    step: Math.max(step ?? (range ? (range.max - range.min) / 100 : 1), SMALLEST_STEP),
    mode: range ? 'slider' : 'box',
    ...(unit !== '' && { unit_of_measurement: unit }),
  };
}

/** Members of a light that reads and writes `#rrggbb` at one topic. */
export function colorConfig(commandTopic: string, stateTopic: string) {
  return {
    command_topic: commandTopic,
    // Home Assistant never sends this: with this type of command it sends the last color instead.
    payload_on: 'ON',
    payload_off: '#000000',
    on_command_type: 'brightness',
    state_topic: stateTopic,
    state_value_template: "{{ '#000000' if value == '#000000' else 'ON' }}",
    rgb_command_topic: commandTopic,
    rgb_command_template: "{{ '#%02x%02x%02x' | format(red, green, blue) }}",
    rgb_state_topic: stateTopic,
    rgb_value_template:
      '{{ value[1:3] | int(0, 16) }},{{ value[3:5] | int(0, 16) }},{{ value[5:7] | int(0, 16) }}',
  };
}

/** Members of a light for its effects, if it has any. */
export function effectConfig(topic: string, effect: PropertyInfo | undefined) {
  if (!effect) return {};
  return {
    effect_command_topic: `${topic}/effect`,
    effect_state_topic: `${topic}/effect/actual`,
    effect_list: effect.options,
  };
}
