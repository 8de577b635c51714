import { readColor } from '../../../devices/facts/color.ts';
import type { PropertySchema } from '../../../devices/facts/property-info.ts';
import type { Entity } from './config.ts';
import { type Members, numberOf, payloadOf, textOf, textsOf } from './members.ts';
import { createPart, describedPart, labelOf, namesFor, type Part } from './part.ts';
import { type Pick, readPick, whole } from './template.ts';
import { colorList, HEX_PICKS, HEX_WRAPS, hexOf, oneOf, percentOf, yesNo } from './values.ts';

const PERCENT: PropertySchema = { type: 'number', unit: '%', min: 0, max: 100, step: 1 };

/** A light of any of Home Assistant's three schemas: its switch, brightness, colour, colour temperature and effects. */
export function lightParts(entity: Entity): readonly Part[] {
  const { schema } = entity.config;
  if (schema === 'json') return jsonParts(entity);
  if (schema === 'template')
    return [{ label: labelOf(entity, ''), fault: 'template', detail: 'schema: template' }];
  return basicParts(entity);
}

/** The default schema: topics of their own for each part. */
function basicParts(entity: Entity): readonly Part[] {
  const { config } = entity;
  const has = (prefix: string) => config[`${prefix}command_topic`] ?? config[`${prefix}state_topic`];
  const effects = textsOf(config.effect_list);
  return [
    ...(isSwitchedByItsLight(config) ? [] : [switchPart(entity)]),
    ...(has('brightness_')
      ? [
          createPart(entity, {
            part: 'brightness',
            schema: PERCENT,
            names: namesFor('brightness_'),
            ...percentOf(scaleOf(config)),
          }),
        ]
      : []),
    ...(has('rgb_')
      ? [
          createPart(entity, {
            part: 'color',
            schema: { type: 'color' },
            names: namesFor('rgb_'),
            ...colorList,
            knownPicks: HEX_PICKS,
            knownWraps: HEX_WRAPS,
          }),
        ]
      : []),
    ...(has('color_temp_')
      ? [
          createPart(entity, {
            part: 'color temperature',
            schema: mireds(config),
            names: namesFor('color_temp_'),
          }),
        ]
      : []),
    ...(has('effect_') && effects.length > 0
      ? [
          createPart(entity, {
            part: 'effect',
            schema: { type: 'choice', options: effects },
            names: namesFor('effect_'),
            ...oneOf(effects),
          }),
        ]
      : []),
  ];
}

/** Such a light has no switch: it is off while its brightness is 0, or its colour black. */
function isSwitchedByItsLight({ on_command_type: type, ...config }: Members): boolean {
  const lights = [config.brightness_command_topic, config.rgb_command_topic];
  return type === 'brightness' && lights.includes(config.command_topic);
}

function switchPart(entity: Entity): Part {
  const { payload_on, payload_off, state_value_template, value_template, ...config } = entity.config;
  const words = { on: payloadOf(payload_on) ?? 'ON', off: payloadOf(payload_off) ?? 'OFF' };
  const main = { ...entity, config: { ...config, value_template: state_value_template ?? value_template } };
  return createPart(main, { schema: { type: 'boolean' }, ...yesNo(words) });
}

function scaleOf({ brightness_scale }: Members): number {
  return Math.max(numberOf(brightness_scale) ?? 255, 1);
}

function mireds({ min_mireds, max_mireds }: Members): PropertySchema {
  const range = { min: numberOf(min_mireds) ?? 153, max: numberOf(max_mireds) ?? 500 };
  return { type: 'number', ...range, step: 1, unit: 'mired' };
}

/** The schema `json`, as of zigbee2mqtt and ESPHome: one JSON object at one topic. */
function jsonParts(entity: Entity): readonly Part[] {
  const { config } = entity;
  const modes = textsOf(config.supported_color_modes);
  const effects = textsOf(config.effect_list);
  const isOn = yesNo({ on: 'ON', off: 'OFF' });
  const scale = percentOf(scaleOf(config));
  const on: JsonPart = {
    schema: { type: 'boolean' },
    read: memberOf('state', isOn.decode),
    members: (value) => ({ state: isOn.encode(value) }),
  };
  const brightness: JsonPart = {
    part: 'brightness',
    schema: PERCENT,
    read: memberOf('brightness', scale.decode),
    members: (percent) => ({ state: 'ON', brightness: Number(scale.encode(percent)) }),
  };
  const temperature: JsonPart = {
    part: 'color temperature',
    schema: mireds(config),
    read: memberOf('color_temp'),
    members: (value) => ({ state: 'ON', color_temp: Number(value) }),
  };
  const effect: JsonPart = {
    part: 'effect',
    schema: { type: 'choice', options: effects },
    read: memberOf('effect', oneOf(effects).decode),
    members: (word) => ({ state: 'ON', effect: word }),
  };
  const hasBrightness = config.brightness === true || modes.some((mode) => mode !== 'onoff');
  const hasTemperature = config.color_temp === true || modes.includes('color_temp');
  const hasColor = config.rgb === true || modes.some((mode) => /^rgb/.test(mode));
  const hasOtherColor = !hasColor && modes.some((mode) => mode === 'xy' || mode === 'hs');
  const drawn = [
    on,
    ...(hasBrightness ? [brightness] : []),
    ...(hasColor ? [JSON_COLOR] : []),
    ...(hasTemperature ? [temperature] : []),
    ...(effects.length > 0 ? [effect] : []),
  ];
  const parts = drawn.map((one) => jsonPart(entity, one));
  if (!hasOtherColor) return parts;
  return [...parts, { label: labelOf(entity, 'color'), fault: 'template', detail: modes.join(', ') }];
}

interface JsonPart {
  readonly part?: string;
  readonly schema: PropertySchema;
  readonly read: Pick;
  /** What to send for a value of ours. */
  readonly members: (value: string) => Members;
}

const JSON_COLOR: JsonPart = {
  part: 'color',
  schema: { type: 'color' },
  read: (payload) =>
    hexOf(['r', 'g', 'b'].map((name) => numberOf(readPick(`{{ value_json.color.${name} }}`)?.(payload)))),
  members: (color) => {
    const [r, g, b] = readColor(color) ?? [0, 0, 0];
    return { state: 'ON', color: { r, g, b } };
  },
};

/** Reads one member of a JSON object. */
function memberOf(name: string, decode: Pick = whole): Pick {
  const pick = readPick(`{{ value_json.${name} }}`) ?? whole;
  return (payload) => {
    const picked = pick(payload);
    return picked === undefined ? undefined : decode(picked);
  };
}

function jsonPart(entity: Entity, { part = '', schema, read, members }: JsonPart): Part {
  const { config } = entity;
  const [stateTopic, commandTopic] = [textOf(config.state_topic), textOf(config.command_topic)];
  const write = (value: string) => JSON.stringify(members(value));
  return describedPart(entity, {
    part,
    schema,
    source: { stateTopic, read, commandTopic, write, retain: config.retain === true },
  });
}
