import type { Entity, Form } from './form.ts';

/**
 * Whether it is pressed, an event for each press and release, and on a simulated board a virtual finger. A press is never retained, so the
 * finger shows what the contact does. Home Assistant takes no events from retained messages, so a restart presses nothing.
 */
export const button: Form = {
  properties: ['pressed', 'bounce'],
  entities: ({ topic, properties }) => {
    const payloads = { payload_on: 'true', payload_off: 'false' };
    const pressed = { state_topic: `${topic}/pressed/actual` };
    const entities: Entity[] = [
      { key: 'pressed', platform: 'binary_sensor', isMain: true, config: { ...pressed, ...payloads } },
      {
        key: 'event',
        platform: 'event',
        config: {
          name: 'Event',
          ...pressed,
          device_class: 'button',
          event_types: ['press', 'release'],
          value_template: `{"event_type": "{{ 'press' if value == 'true' else 'release' }}"}`,
        },
      },
    ];
    if (!properties.get('pressed')?.isSettable) return entities;
    const finger = { name: 'Virtual finger', command_topic: `${topic}/pressed`, ...pressed, ...payloads };
    return [...entities, { key: 'finger', platform: 'switch', config: { ...finger, retain: false } }];
  },
};
