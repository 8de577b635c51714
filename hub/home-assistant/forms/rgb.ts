import { colorConfig, effectConfig, type Form } from './form.ts';

/** A light with colors. Its state is the desired color: the three pins pass through others when it changes. */
export const rgb: Form = {
  properties: ['color', 'effect'],
  entities: ({ topic, properties }) => {
    const color = `${topic}/color`;
    return [
      {
        key: 'light',
        platform: 'light',
        isMain: true,
        config: {
          ...colorConfig(color, color),
          retain: true,
          ...effectConfig(topic, properties.get('effect')),
        },
      },
    ];
  },
};
