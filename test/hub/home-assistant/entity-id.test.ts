import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { deviceIdOf, entityNameOf, isOwnId, uniqueIdOf } from '../../../hub/home-assistant/entity-id.ts';

const level = fc.oneof(
  fc.stringMatching(/^[a-c_-]{0,4}$/),
  fc.string({ unit: 'binary', maxLength: 4 }).map((text) => text.replaceAll('/', '')),
);
const topic = fc.array(level, { minLength: 2, maxLength: 5 }).map((levels) => levels.join('/'));
const key = level.filter((name) => name !== '');

describe('The identifier of a device', () => {
  it('is that of its topic, as far as Home Assistant allows', () => {
    expect(deviceIdOf('led/21')).toBe('pinhub_led_21');
    expect(deviceIdOf('rgb/5-6-13')).toBe('pinhub_rgb_5-6-13');
    expect(deviceIdOf('lab/ana/led/21')).toBe('pinhub_lab_ana_led_21');
    expect(uniqueIdOf('led/21', 'light')).toBe('pinhub_led_21_light');
    expect(entityNameOf('light', 'rgb/5-6-13')).toBe('light.pinhub_rgb_5_6_13');
  });

  it('distinguishes "a/b_c" from "a_b/c"', () => {
    expect(deviceIdOf('a/b_c')).not.toBe(deviceIdOf('a_b/c'));
  });

  it('is accepted by Home Assistant, for every topic and property', () => {
    fc.assert(
      fc.property(topic, key, (name, property) => {
        for (const id of [deviceIdOf(name), uniqueIdOf(name, property)]) {
          expect(id).toMatch(/^[a-zA-Z0-9_-]+$/);
          expect(isOwnId(id)).toBe(true);
        }
        expect(entityNameOf('light', name)).toMatch(/^light\.[a-z0-9_]+$/);
      }),
    );
  });

  it('is never that of another topic', () => {
    fc.assert(
      fc.property(topic, topic, (one, other) => (deviceIdOf(one) === deviceIdOf(other)) === (one === other)),
      { numRuns: 2000 },
    );
  });

  it('is never that of another device and property', () => {
    const entity = fc.tuple(topic, key);
    fc.assert(
      fc.property(entity, entity, ([one, a], [other, b]) => {
        expect(uniqueIdOf(one, a) === uniqueIdOf(other, b)).toBe(one === other && a === b);
      }),
      { numRuns: 2000 },
    );
  });
});
