import type { PropertyInfo } from '../../../devices/facts/property-info.ts';
import { type Entity, effectConfig, type Form, numberConfig, topicsOf } from './form.ts';

/**
 * A light with brightness and effects, and its settings. Its state is the desired value: the pin itself flickers with an effect and passes
 * through every step of a fade. "On" sends the last brightness.
 */
export const led: Form = {
  properties: ['duty', 'frequency', 'transition', 'effect'],
  entities: ({ topic, properties }) => {
    const duty = `${topic}/duty`;
    const light: Entity = {
      key: 'light',
      platform: 'light',
      isMain: true,
      config: {
        command_topic: duty,
        payload_on: '100',
        payload_off: '0',
        on_command_type: 'brightness',
        retain: true,
        state_topic: duty,
        state_value_template: "{{ '0' if value | float(0) == 0 else '100' }}",
        brightness_command_topic: duty,
        brightness_scale: 100,
        brightness_state_topic: duty,
        ...effectConfig(topic, properties.get('effect')),
      },
    };
    const settings = [
      setting(topic, properties.get('frequency'), { name: 'Frequency', device_class: 'frequency' }),
      setting(topic, properties.get('transition'), { name: 'Transition', device_class: 'duration' }),
    ];
    return [light, ...settings.flat()];
  },
};

/** A number among the device's settings; none if the device lacks it. */
function setting(
  topic: string,
  info: PropertyInfo | undefined,
  config: Readonly<Record<string, unknown>>,
): readonly Entity[] {
  if (!info) return [];
  const fixed = { retain: true, mode: 'box', entity_category: 'config' };
  return [
    {
      key: info.property,
      platform: 'number',
      config: { ...config, ...numberConfig(info), ...topicsOf(topic, info), ...fixed },
    },
  ];
}
