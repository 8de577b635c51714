import { readColor } from '../../../devices/facts/color.ts';
import type { PropertySchema } from '../../../devices/facts/property-info.ts';
import type { Entity } from './config.ts';
import { mireds, PERCENT, scaleOf } from './light-ranges.ts';
import { type Members, numberOf, textOf, textsOf } from './members.ts';
import { describedPart, labelOf, type Part } from './part.ts';
import { type Pick, readPick, whole } from './template.ts';
import { hexOf, oneOf, percentOf, yesNo } from './values.ts';

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
