import { type Entity, type Form, numberConfig } from './form.ts';

/** An angle, and the pulses at its ends, which Home Assistant shows only if a user enables them. */
export const servo: Form = {
  properties: ['angle', 'pulse-min', 'pulse-max'],
  entities: ({ topic, properties }) =>
    ['angle', 'pulse-min', 'pulse-max'].flatMap((key): Entity[] => {
      const info = properties.get(key);
      if (!info) return [];
      const isMain = key === 'angle';
      const kind = isMain
        ? { name: 'Angle' }
        : { name: key, mode: 'box', entity_category: 'config', enabled_by_default: false };
      const config = {
        ...numberConfig(info),
        ...kind,
        command_topic: `${topic}/${key}`,
        state_topic: `${topic}/${key}`,
        retain: true,
      };
      return [{ key, platform: 'number', isMain, config }];
    }),
};
