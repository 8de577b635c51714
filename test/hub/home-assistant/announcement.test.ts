import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  type AnnouncementForm,
  announcementOf,
  isOwnDiscoveryTopic,
} from '../../../hub/home-assistant/announcement.ts';
import { readDescribedDevice } from '../../../hub/home-assistant/described-device.ts';
import { BUILT_IN, LED_INFO } from './built-in.ts';

const OPTIONS = { prefix: 'homeassistant', version: '0.1.0' } as const;

type Members = Readonly<Record<string, unknown>>;

interface Config {
  readonly device: { readonly name: string };
  readonly components: Readonly<Record<string, Members>>;
}

/** The announcements that were tried with a stand-in for Home Assistant, with every member checked. */
const CHECKED: Readonly<Record<string, Config>> = JSON.parse(
  readFileSync(join(import.meta.dirname, 'device-based.json'), 'utf8'),
);

function announce(topic: string, info: unknown, form: AnnouncementForm = 'device', label?: string) {
  const device = readDescribedDevice(topic, JSON.stringify(info));
  if (!device) expect.unreachable(`${topic} is no described device`);
  const configs = announcementOf({ device, label }, { ...OPTIONS, form });
  return new Map([...configs].map(([at, text]): [string, Config] => [at, JSON.parse(text)]));
}

/** The one message of the device-based form. */
function announceDevice(topic: string, info: unknown, label?: string): Config {
  const [config] = announce(topic, info, 'device', label).values();
  return config ?? expect.unreachable(`${topic} was not announced`);
}

function componentsOf(properties: object): Config['components'] {
  return announceDevice('x/1', { properties }).components;
}

describe('The announcement of a device', () => {
  it.each(Object.entries(BUILT_IN))('of a built-in kind is as it was checked: %s', (topic, info) => {
    const [[at, config] = ['', undefined]] = announce(topic, info);
    expect(config).toEqual(CHECKED[at]);
  });

  it('in single messages says the same of each component', () => {
    const whole = announceDevice('led/21', LED_INFO);
    const single = announce('led/21', LED_INFO, 'component');
    expect([...single.keys()]).toEqual([
      'homeassistant/light/pinhub_led_21/light/config',
      'homeassistant/number/pinhub_led_21/frequency/config',
      'homeassistant/number/pinhub_led_21/transition/config',
    ]);
    const { components, ...shared } = whole;
    const { platform, ...light } = components.light ?? {};
    expect(platform).toBe('light');
    expect(single.get('homeassistant/light/pinhub_led_21/light/config')).toEqual({ ...light, ...shared });
  });

  it('has the name that people have set, else its own, else its kind and pins, else its topic', () => {
    const nameOf = (topic: string, info: object, label?: string) =>
      announceDevice(topic, info, label).device.name;
    expect(nameOf('led/21', { ...LED_INFO, name: 'Desk lamp' }, 'Ana')).toBe('Ana');
    expect(nameOf('led/21', { ...LED_INFO, name: 'Desk lamp' })).toBe('Desk lamp');
    expect(nameOf('led/21', LED_INFO)).toBe('LED on GPIO 21');
    expect(nameOf('fan/1', { properties: { on: { type: 'boolean' } } })).toBe('fan/1');
  });

  it('shows each type of property by the fitting platform', () => {
    const components = componentsOf({
      target: { type: 'number', min: 5, max: 30, step: 0.5, unit: '°C', settable: true },
      on: { type: 'boolean', settable: true },
      mode: { type: 'choice', options: ['eco', 'comfort'], settable: true },
      lamp: { type: 'color', settable: true },
      note: { type: 'text', settable: true, actual: false },
      restart: { type: 'trigger' },
      boost: { type: 'boolean', settable: true, momentary: true },
      temperature: { type: 'number', unit: '°C', name: 'Temperature' },
      open: { type: 'boolean' },
      phase: { type: 'choice', options: ['a', 'b'] },
    });
    const platforms = Object.entries(components).map(([key, { platform }]) => [key, platform]);
    expect(Object.fromEntries(platforms)).toEqual({
      target: 'number',
      on: 'switch',
      mode: 'select',
      lamp: 'light',
      note: 'text',
      restart: 'button',
      boost: 'switch',
      temperature: 'sensor',
      open: 'binary_sensor',
      phase: 'sensor',
    });
    expect(components.target).toMatchObject({
      command_topic: 'x/1/target',
      state_topic: 'x/1/target/actual',
      min: 5,
      max: 30,
      step: 0.5,
      mode: 'slider',
      retain: true,
    });
    expect(components.note?.state_topic).toBe('x/1/note');
    expect(components.restart).toMatchObject({ payload_press: 'true', retain: false });
    expect(components.boost?.retain).toBe(false);
    expect(components.temperature).toMatchObject({ name: 'Temperature', unit_of_measurement: '°C' });
  });

  it('gives Home Assistant bounds of numbers that have none: its own are 1 and 100', () => {
    const { free, half } = componentsOf({
      free: { type: 'number', settable: true },
      half: { type: 'number', settable: true, min: 2_000_000 },
    });
    expect(free).toMatchObject({ min: -1_000_000, max: 1_000_000, mode: 'box' });
    expect(Number(half?.max)).toBeGreaterThan(Number(half?.min));
  });

  it('of an LED that is not ours shows its properties one by one', () => {
    const { components } = announceDevice('led/x', {
      properties: { on: { type: 'boolean', settable: true } },
    });
    expect(Object.keys(components)).toEqual(['on']);
  });

  it('of a kind of ours also shows what its maker has added', () => {
    const added = { temperature: { type: 'number' }, light: { type: 'number' } };
    const info = { ...LED_INFO, properties: { ...LED_INFO.properties, ...added } };
    const { components } = announceDevice('led/21', info);
    expect(Object.keys(components)).toEqual([
      'light',
      'frequency',
      'transition',
      'temperature',
      'light/property',
    ]);
    const ids = Object.values(components).map(({ unique_id }) => unique_id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it.each(['', '{', '[]', '{"kind":"other","properties":{"on":{"type":"boolean"}}}', '{"kind":"led"}'])(
    'is not made of what describes no device: %s',
    (text) => {
      expect(readDescribedDevice('led/21', text)).toBeUndefined();
    },
  );
});

describe("The hub's own discovery topics", () => {
  it.each([
    ['homeassistant/device/pinhub_led_21/config', true],
    ['homeassistant/light/pinhub_led_21/light/config', true],
    ['homeassistant/light/pinhub_anything/config', true],
    ['homeassistant/light/0x00124b/light/config', false],
    ['homeassistant/light/zigbee/pinhub_led_21/config', false],
    ['homeassistant/status', false],
    ['other/device/pinhub_led_21/config', false],
    ['homeassistant/pinhub_led_21/config', false],
    ['homeassistant/a/pinhub_b/c/d/config', false],
  ])('%s: %s', (topic, isOwn) => {
    expect(isOwnDiscoveryTopic(topic, 'homeassistant')).toBe(isOwn);
  });
});
