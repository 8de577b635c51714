import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PropertyType } from '../../devices/facts/property-info.ts';
import { announcementOf } from '../../hub/home-assistant/announcement.ts';
import { readDescribedDevice } from '../../hub/home-assistant/described-device.ts';
import { type DiscoveredDevice, DiscoveryReader } from '../../web/shared/discovery/devices.ts';
import { BUILT_IN } from '../hub/home-assistant/built-in.ts';

const PLATFORMS = [
  'device',
  'light',
  'sensor',
  'number',
  'select',
  'cover',
  'fan',
  'lock',
  'button',
  'text',
  'event',
];

const MEMBERS = [
  '~',
  'availability',
  'avty_t',
  'brightness',
  'brightness_scale',
  'command_template',
  'command_topic',
  'components',
  'dev',
  'effect_list',
  'max',
  'min',
  'name',
  'options',
  'platform',
  'rgb_command_topic',
  'schema',
  'state_topic',
  'step',
  'supported_color_modes',
  'value_template',
  '__proto__',
];

/** JSON that contains the known names, with any values. */
const config = fc.letrec<{ value: unknown; object: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom(
      'json',
      'a/b',
      '~c',
      'rgb',
      'xy',
      'brightness',
      '{{ value }}',
      '{{ value_json.color.r | int }}',
    ),
    fc.jsonValue({ maxDepth: 1 }),
    fc.array(tie('object'), { maxLength: 3 }),
    tie('object'),
  ),
  object: fc
    .array(fc.tuple(fc.oneof(fc.constantFrom(...MEMBERS), fc.string()), tie('value')), { maxLength: 8 })
    .map((entries) => Object.fromEntries(entries)),
})).object;

describe('Reading announcements', () => {
  it('never throws, whatever they hold, and neither does reading or writing a value', () => {
    const topic = fc.constantFrom(...PLATFORMS).map((platform) => `homeassistant/${platform}/x/config`);
    fc.assert(
      fc.property(topic, config, fc.string(), fc.json(), (at, json, text, payload) => {
        for (const { info, sources } of new DiscoveryReader().read(new Map([[at, JSON.stringify(json)]]))) {
          for (const { property } of info.properties) expect(property).not.toContain('/');
          for (const { read, write } of sources.values()) {
            for (const said of [text, payload]) {
              read(said);
              expect(typeof write(said)).toBe('string');
            }
          }
        }
      }),
      { numRuns: 300 },
    );
  });

  it('never throws for any text', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        new DiscoveryReader().read(new Map([['homeassistant/device/x/config', text]]));
      }),
    );
  });
});

const name = fc.stringMatching(/^[a-z_ -]{1,6}$/);
const number = fc.record(
  {
    type: fc.constant('number'),
    min: fc.integer({ min: -100, max: 0 }),
    max: fc.integer({ min: 1, max: 100 }),
    step: fc.constantFrom(1, 0.5),
    unit: fc.constantFrom('', '%', '°C'),
    settable: fc.boolean(),
    actual: fc.boolean(),
  },
  { requiredKeys: ['type', 'min', 'max'] },
);
const plain = fc.record(
  {
    type: fc.constantFrom('boolean', 'color', 'text', 'trigger'),
    name: fc.string({ maxLength: 20 }),
    settable: fc.boolean(),
    actual: fc.boolean(),
  },
  { requiredKeys: ['type'] },
);
const choice = fc.record({
  type: fc.constant('choice'),
  options: fc.uniqueArray(fc.string({ minLength: 1, maxLength: 5 }), { minLength: 1, maxLength: 4 }),
  settable: fc.boolean(),
});
const properties = fc.dictionary(name, fc.oneof(number, plain, choice), { minKeys: 1, maxKeys: 6 });

/** The properties that can be set, and how: by command topic. */
function controlsOf({ info, sources }: DiscoveredDevice) {
  const settable = info.properties.filter(({ isSettable }) => isSettable);
  return new Map(
    settable.map(({ property, type, min, max, options }) => {
      const { commandTopic, retain, write } = sources.get(property) ?? {};
      const sample = SAMPLES[type](options);
      return [commandTopic, { type, min, max, options, retain, sent: write?.(sample), sample }] as const;
    }),
  );
}

const SAMPLES: Readonly<Record<PropertyType, (options: readonly string[]) => string>> = {
  number: () => '1',
  boolean: () => 'true',
  choice: ([first = '']) => first,
  color: () => '#ff8000',
  text: () => 'hello',
  trigger: () => 'true',
};

function translate(topic: string, info: object, form: 'device' | 'component'): readonly DiscoveredDevice[] {
  const device = readDescribedDevice(topic, JSON.stringify(info));
  if (!device) return [];
  const options = { prefix: 'homeassistant', form, version: '1' };
  return new DiscoveryReader().read(announcementOf({ device, label: undefined }, options));
}

describe('Translating our own announcement back', () => {
  it.each(['device', 'component'] as const)('gives the same controls of any device: form %s', (form) => {
    fc.assert(
      fc.property(properties, (described) => {
        const device = readDescribedDevice('x/1', JSON.stringify({ properties: described }));
        const wanted = [...(device?.properties.values() ?? [])].filter(({ isSettable }) => isSettable);
        const controls = new Map(
          translate('x/1', { properties: described }, form).flatMap((one) => [...controlsOf(one)]),
        );
        expect([...controls.keys()].sort()).toEqual(wanted.map(({ property }) => `x/1/${property}`).sort());
        for (const { property, type, min, max, options, isMomentary } of wanted) {
          const control = controls.get(`x/1/${property}`);
          expect(control).toMatchObject({ type, options, retain: !isMomentary });
          if (type === 'number') expect(control).toMatchObject({ min, max });
          expect(control?.sent).toBe(control?.sample);
        }
      }),
    );
  });

  it.each(['device', 'component'] as const)('gives the controls of each built-in kind: form %s', (form) => {
    const controls = Object.entries(BUILT_IN).map(([topic, info]) => {
      const [device, ...others] = translate(topic, info, form);
      expect(others).toEqual([]);
      return [...(device ? controlsOf(device) : [])].map(([at, { type }]) => `${at} ${type}`).sort();
    });
    expect(controls).toEqual([
      ['led/21/duty number', 'led/21/effect choice', 'led/21/frequency number', 'led/21/transition number'],
      ['servo/18/angle number'],
      ['rgb/5-6-13/color color', 'rgb/5-6-13/effect choice'],
      ['button/23/pressed boolean'],
    ]);
  });

  it('reads the values that our devices publish', () => {
    const [led] = translate('led/21', BUILT_IN['led/21'] ?? {}, 'device');
    expect(led?.sources.get('light brightness')?.read('42.5')).toBe('42.5');
    const [rgb] = translate('rgb/5-6-13', BUILT_IN['rgb/5-6-13'] ?? {}, 'device');
    expect(rgb?.sources.get('light color')?.read('#ff8000')).toBe('#ff8000');
  });
});
