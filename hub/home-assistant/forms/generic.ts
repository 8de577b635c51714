import type { PropertyInfo, PropertyType } from '../../../devices/facts/property-info.ts';
import { colorConfig, type Entity, numberConfig, topicsOf } from './form.ts';

type Config = Readonly<Record<string, unknown>>;

/** A platform of Home Assistant, and the settings that it needs. */
type Part = readonly [platform: string, config: Config];

const YES_NO = { payload_on: 'true', payload_off: 'false' };

/** Properties that can be set, by type. */
const SETTABLE: Readonly<Record<PropertyType, (topic: string, info: PropertyInfo) => Part>> = {
  number: (topic, info) => ['number', { ...topicsOf(topic, info), ...numberConfig(info) }],
  boolean: (topic, info) => ['switch', { ...topicsOf(topic, info), ...YES_NO }],
  choice: (topic, info) => ['select', { ...topicsOf(topic, info), options: info.options }],
  color: (topic, info) => {
    const { command_topic, state_topic } = topicsOf(topic, info);
    return ['light', colorConfig(command_topic, state_topic)];
  },
  text: (topic, info) => ['text', { ...topicsOf(topic, info), min: 1 }],
  trigger: (topic, { property }) => [
    'button',
    { command_topic: `${topic}/${property}`, payload_press: 'true' },
  ],
};

/** Properties that can only be read, by type. */
const READABLE: Readonly<Record<PropertyType, (topic: string, info: PropertyInfo) => Part | undefined>> = {
  number: (topic, info) => [
    'sensor',
    {
      ...stateOf(topic, info),
      state_class: 'measurement',
      ...(info.unit !== '' && { unit_of_measurement: info.unit }),
    },
  ],
  boolean: (topic, info) => ['binary_sensor', { ...stateOf(topic, info), ...YES_NO }],
  choice: (topic, info) => [
    'sensor',
    { ...stateOf(topic, info), device_class: 'enum', options: info.options },
  ],
  color: (topic, info) => ['sensor', stateOf(topic, info)],
  text: (topic, info) => ['sensor', stateOf(topic, info)],
  trigger: () => undefined,
};

/** One entity for each property of any device. Its state is the actual value if the device reports one. */
export function genericEntities(topic: string, infos: readonly PropertyInfo[]): readonly Entity[] {
  return infos.flatMap((info): Entity[] => {
    const { property, type, isSettable, isMomentary } = info;
    const [platform, config] = (isSettable ? SETTABLE : READABLE)[type](topic, info) ?? [];
    if (platform === undefined) return [];
    const retain = isSettable && { retain: !isMomentary };
    return [{ key: property, platform, config: { name: info.name ?? property, ...config, ...retain } }];
  });
}

function stateOf(topic: string, info: PropertyInfo): Config {
  return { state_topic: topicsOf(topic, info).state_topic };
}
