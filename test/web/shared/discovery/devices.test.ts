import { describe, expect, it } from 'vitest';
import {
  type DiscoveredDevice,
  DiscoveryReader,
  isAvailable,
} from '../../../../web/shared/discovery/devices.ts';

/** Reads messages whose payloads are objects. */
function read(configs: Readonly<Record<string, unknown>>): readonly DiscoveredDevice[] {
  return new DiscoveryReader().read(
    new Map(Object.entries(configs).map(([topic, config]) => [topic, JSON.stringify(config)])),
  );
}

function readOne(configs: Readonly<Record<string, unknown>>): DiscoveredDevice {
  const [device, ...others] = read(configs);
  expect(others).toEqual([]);
  return device ?? expect.unreachable('no device was found');
}

/** The values that are read when this payload arrives at a topic, by property. */
function valuesOf({ sources }: DiscoveredDevice, topic: string, payload: string) {
  const here = [...sources].filter(([, { stateTopic }]) => stateTopic === topic);
  return Object.fromEntries(here.map(([property, { read: pick }]) => [property, pick(payload)]));
}

function commandOf({ sources }: DiscoveredDevice, property: string, value: string) {
  const { commandTopic, write, retain } = sources.get(property) ?? {};
  return [commandTopic, write?.(value), retain];
}

const BULB = {
  name: 'Kitchen bulb',
  identifiers: ['zigbee2mqtt_0x00124b001'],
  manufacturer: 'IKEA',
  model: 'TRADFRI',
};
const Z2M = {
  device: BULB,
  origin: { name: 'Zigbee2MQTT', sw: '2.0' },
  availability: [
    { topic: 'zigbee2mqtt/bridge/state', value_template: '{{ value_json.state }}' },
    { topic: 'zigbee2mqtt/bulb/availability', value_template: '{{ value_json.state }}' },
  ],
  availability_mode: 'all',
};

describe('What zigbee2mqtt announces', () => {
  const bulb = () =>
    readOne({
      'homeassistant/light/0x00124b001/light/config': {
        ...Z2M,
        name: null,
        schema: 'json',
        brightness: true,
        brightness_scale: 254,
        supported_color_modes: ['xy', 'color_temp'],
        min_mireds: 250,
        max_mireds: 454,
        effect: true,
        effect_list: ['blink', 'breathe'],
        command_topic: 'zigbee2mqtt/bulb/set',
        state_topic: 'zigbee2mqtt/bulb',
        unique_id: '0x_light',
      },
      'homeassistant/sensor/0x00124b001/linkquality/config': {
        ...Z2M,
        name: 'Linkquality',
        enabled_by_default: false,
        state_topic: 'zigbee2mqtt/bulb',
        value_template: '{{ value_json.linkquality }}',
      },
      'homeassistant/sensor/0x00124b001/power/config': {
        ...Z2M,
        device_class: 'power',
        unit_of_measurement: 'W',
        state_class: 'measurement',
        state_topic: 'zigbee2mqtt/bulb',
        value_template: "{{ value_json['power'] | float | round(1) }}",
      },
      'homeassistant/device_automation/0x00124b001/on/config': {
        ...Z2M,
        automation_type: 'trigger',
        topic: 'x',
      },
    });

  it('is one device with the parts of all its messages', () => {
    const { topic, info, configTopics } = bulb();
    expect(topic).toBe('homeassistant/zigbee2mqtt_0x00124b001');
    expect([info.name, info.driver]).toEqual(['Kitchen bulb', 'Zigbee2MQTT']);
    expect(info.properties.map(({ name, type, isSettable }) => [name, type, isSettable])).toEqual([
      ['Light', 'boolean', true],
      ['Brightness', 'number', true],
      ['Color', 'color', true],
      ['Color temperature', 'number', true],
      ['Effect', 'choice', true],
      ['Power', 'number', false],
    ]);
    expect(info.problems).toEqual([]);
    expect(configTopics).toHaveLength(4);
  });

  it('is read out of one JSON state', () => {
    const color = { x: 0.64, y: 0.33 };
    const state = { state: 'ON', brightness: 127, color, color_temp: 300, effect: null, power: 3.1234 };
    expect(valuesOf(bulb(), 'zigbee2mqtt/bulb', JSON.stringify(state))).toEqual({
      'light 0x00124b001 light': 'true',
      'light 0x00124b001 light brightness': '50',
      'light 0x00124b001 light color': '#800000',
      'light 0x00124b001 light color temperature': '300',
      'light 0x00124b001 light effect': undefined,
      'sensor 0x00124b001 power': '3.1',
    });
  });

  it('is set by JSON that is not retained', () => {
    expect(commandOf(bulb(), 'light 0x00124b001 light brightness', '50')).toEqual([
      'zigbee2mqtt/bulb/set',
      '{"state":"ON","brightness":127}',
      false,
    ]);
    expect(commandOf(bulb(), 'light 0x00124b001 light', 'false')[1]).toBe('{"state":"OFF"}');
    expect(commandOf(bulb(), 'light 0x00124b001 light color', '#ff0000')[1]).toBe(
      '{"state":"ON","brightness":254,"color":{"x":0.6401,"y":0.33}}',
    );
  });

  it('is there while bridge and device say so', () => {
    const device = bulb();
    const said = (bridge: string, own: string) =>
      isAvailable(
        device,
        new Map([
          ['zigbee2mqtt/bridge/state', JSON.stringify({ state: bridge })],
          ['zigbee2mqtt/bulb/availability', JSON.stringify({ state: own })],
        ]),
      );
    expect(isAvailable(device, new Map())).toBeUndefined();
    expect(said('online', 'online')).toBe(true);
    expect(said('online', 'offline')).toBe(false);
    expect(said('offline', 'online')).toBe(false);
  });
});

describe('What Tasmota announces', () => {
  it('is read with short names, "~" and payloads of its own', () => {
    const device = readOne({
      'homeassistant/switch/DVES_1_RL_1/config': {
        name: 'Fan',
        stat_t: '~tele/STATE',
        avty_t: '~tele/LWT',
        pl_avail: 'Online',
        pl_not_avail: 'Offline',
        cmd_t: '~cmnd/POWER',
        val_tpl: '{{value_json.POWER}}',
        pl_off: 'OFF',
        pl_on: 'ON',
        uniq_id: 'DVES_1_RL_1',
        dev: { ids: ['DVES_1'], name: 'Sonoff' },
        '~': 'tasmota/',
      },
    });
    expect(device.info.name).toBe('Sonoff');
    expect(valuesOf(device, 'tasmota/tele/STATE', '{"POWER":"ON"}')).toEqual({
      'switch DVES_1_RL_1': 'true',
    });
    expect(commandOf(device, 'switch DVES_1_RL_1', 'false')).toEqual(['tasmota/cmnd/POWER', 'OFF', false]);
    expect(isAvailable(device, new Map([['tasmota/tele/LWT', 'Online']]))).toBe(true);
    expect(isAvailable(device, new Map([['tasmota/tele/LWT', 'Offline']]))).toBe(false);
  });
});

describe('What ESPHome announces', () => {
  it('is a light with colors by JSON, and a sensor that has no device', () => {
    const light = {
      schema: 'json',
      name: 'Strip',
      supported_color_modes: ['rgb'],
      stat_t: 'strip/light/strip/state',
      cmd_t: 'strip/light/strip/command',
      avty_t: 'strip/status',
      uniq_id: 'ESPlightstrip',
      dev: { ids: 'a1b2', name: 'strip', cns: [['mac', 'a1b2']] },
    };
    const device = readOne({ 'homeassistant/light/strip/strip/config': light });
    const state = '{"state":"ON","brightness":255,"color":{"r":255,"g":0,"b":127}}';
    expect(Object.values(valuesOf(device, light.stat_t, state))).toEqual(['true', '100', '#ff007f']);
    expect(commandOf(device, 'light strip strip color', '#00ff00')[1]).toBe(
      '{"state":"ON","brightness":255,"color":{"r":0,"g":255,"b":0}}',
    );
    expect(valuesOf(device, light.stat_t, '{"color":"none"}')).toMatchObject({
      'light strip strip color': undefined,
    });
  });
});

describe('The device-based form', () => {
  const config = {
    dev: { ids: ['x1'], name: 'Box' },
    o: { name: 'mine' },
    avty_t: 'box/status',
    stat_t: 'box/state',
    cmps: {
      t: { p: 'sensor', unit_of_meas: '°C', val_tpl: '{{ value_json.t }}' },
      h: { p: 'sensor', stat_t: 'box/h', unit_of_meas: '%' },
      gone: { p: 'sensor' },
    },
  };

  it('has shared members, which a component may override, and leaves out what was removed', () => {
    const device = readOne({ 'homeassistant/device/x1/config': config });
    expect(valuesOf(device, 'box/state', '{"t":21.5}')).toEqual({ t: '21.5' });
    expect(valuesOf(device, 'box/h', '40')).toEqual({ h: '40' });
    expect(isAvailable(device, new Map([['box/status', 'online']]))).toBe(true);
  });

  it('stays the same object while its message stays the same', () => {
    const reader = new DiscoveryReader();
    const text = JSON.stringify(config);
    const [one] = reader.read(new Map([['homeassistant/device/x1/config', text]]));
    const [same, other] = reader.read(
      new Map([
        ['homeassistant/device/x1/config', text],
        ['homeassistant/device/x2/config', JSON.stringify({ ...config, dev: { ids: ['x2'] } })],
      ]),
    );
    expect(same).toBe(one);
    expect(other?.topic).toBe('homeassistant/x2');
  });
});

describe('The discovery prefix', () => {
  it.each([
    ['homeassistant/sensor/x/config', 'homeassistant/x'],
    ['homeassistant/sensor/node/x/config', 'homeassistant/node-x'],
    ['my/house/sensor/x/config', 'my/house/x'],
    ['my/house/sensor/node/x/config', 'my/house/node-x'],
    // A node's name may equal the name of a platform.
    ['homeassistant/sensor/switch/x/config', 'homeassistant/switch-x'],
  ])('of %s is the part before the platform', (configTopic, topic) => {
    expect(readOne({ [configTopic]: { state_topic: 'x' } }).topic).toBe(topic);
  });
});

describe('Each platform', () => {
  const one = (platform: string, config: object) =>
    readOne({ [`homeassistant/${platform}/x/config`]: { name: 'X', ...config } });

  it('number, select, text and button are set', () => {
    const number = one('number', { command_topic: 'x/set', state_topic: 'x', max: 20 });
    expect(number.info.properties[0]).toMatchObject({ type: 'number', min: 1, max: 20, step: 1 });
    const wrapped = one('number', { command_topic: 'x/set', command_template: '{"n": {{ value | int }} }' });
    expect(commandOf(wrapped, 'number x', '7.5')[1]).toBe('{"n": 7 }');
    const select = one('select', { command_topic: 'x/set', state_topic: 'x', options: ['a', 'b'] });
    expect(select.info.properties[0]).toMatchObject({ type: 'choice', options: ['a', 'b'] });
    expect(valuesOf(select, 'x', 'c')).toEqual({ 'select x': undefined });
    expect(one('text', { command_topic: 'x/set', retain: true }).sources.get('text x')?.retain).toBe(true);
    expect(commandOf(one('button', { command_topic: 'x/set' }), 'button x', 'true')[1]).toBe('PRESS');
  });

  it('lock, cover and fan too', () => {
    const lock = one('lock', { command_topic: 'x/set', state_topic: 'x' });
    expect(valuesOf(lock, 'x', 'UNLOCKED')).toEqual({ 'lock x': 'false' });
    expect(commandOf(lock, 'lock x', 'true')[1]).toBe('LOCK');
    const cover = one('cover', {
      command_topic: 'x/set',
      position_topic: 'x/pos',
      set_position_topic: 'x/pos/set',
    });
    expect(cover.info.properties.map(({ name, type }) => [name, type])).toEqual([
      ['X: position', 'number'],
      ['X: open', 'trigger'],
      ['X: close', 'trigger'],
      ['X: stop', 'trigger'],
    ]);
    const fan = one('fan', {
      command_topic: 'x/set',
      percentage_command_topic: 'x/speed',
      speed_range_max: 4,
    });
    expect(fan.info.properties[1]).toMatchObject({ name: 'X: speed', min: 0, max: 4 });
  });

  it('says what cannot be shown, and why', () => {
    const template = "{{ 'on' if value_json.x > 3 else 'off' }}";
    expect(one('sensor', { state_topic: 'x', value_template: template }).info.problems).toEqual([
      { property: 'X', fault: 'template', detail: template },
    ]);
    expect(one('light', { command_topic: 'x', hs_command_topic: 'x/hs' }).info.problems).toEqual([
      { property: 'X: color', fault: 'platform', detail: 'hs_command_topic' },
    ]);
    expect(one('climate', { mode_command_topic: 'x' }).info.problems).toEqual([
      { property: 'X', fault: 'platform', detail: 'climate' },
    ]);
  });
});

describe('A message that is not an announcement', () => {
  it.each([
    ['homeassistant/light/x/config', '{'],
    ['homeassistant/light/x/config', '[]'],
    ['homeassistant/light/x/config', 'null'],
    ['homeassistant/device/x/config', '{}'],
    ['homeassistant/device/x/config', '{"components":[]}'],
    ['some/other/tree/config', '{"state_topic":"x"}'],
  ])('is left out: %s %s', (topic, text) => {
    expect(new DiscoveryReader().read(new Map([[topic, text]]))).toEqual([]);
  });
});
