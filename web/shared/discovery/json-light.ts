import type { PropertySchema } from '../../../devices/facts/property-info.ts';
import type { Entity } from './config.ts';
import { type JsonColor, jsonColorOf } from './json-color.ts';
import { mireds, PERCENT, scaleOf } from './light-ranges.ts';
import { type Members, readMembers, textOf, textsOf } from './members.ts';
import { describedPart, type Part } from './part.ts';
import { type Pick, readPick, whole } from './template.ts';
import { oneOf, percentOf, yesNo } from './values.ts';

/** The schema `json`, as of zigbee2mqtt and ESPHome: one JSON object at one topic. */
export function jsonParts(entity: Entity): readonly Part[] {
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
  const color = jsonColorOf(config);
  const drawn = [
    on,
    ...(hasBrightness ? [brightness] : []),
    ...(color ? [colorPart(color)] : []),
    ...(hasTemperature ? [temperature] : []),
    ...(effects.length > 0 ? [effect] : []),
  ];
  return drawn.map((one) => jsonPart(entity, one));
}

interface JsonPart {
  readonly part?: string;
  readonly schema: PropertySchema;
  readonly read: Pick;
  /** The members to send for a value of ours. */
  readonly members: (value: string) => Members;
}

function colorPart({ read, write }: JsonColor): JsonPart {
  return {
    part: 'color',
    schema: { type: 'color' },
    read: (payload) => read(readMembers(payload)),
    members: write,
  };
}

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
