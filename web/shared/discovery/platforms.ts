import type { PropertySchema } from '../../../devices/facts/property-info.ts';
import type { Entity } from './config.ts';
import { lightParts } from './light.ts';
import { type Members, numberOf, payloadOf, textOf, textsOf } from './members.ts';
import { createPart, describedPart, labelOf, namesFor, type Part, type PartNames } from './part.ts';
import { whole } from './template.ts';
import { oneOf, type YesNo, yesNo } from './values.ts';

type Platform = (entity: Entity) => readonly Part[];

const boolean: PropertySchema = { type: 'boolean' };
const trigger: PropertySchema = { type: 'trigger' };

/** How the entities of each platform are drawn. */
const PLATFORMS: Readonly<Record<string, Platform>> = {
  switch: (entity) => [
    createPart(entity, {
      schema: boolean,
      ...yesNo({
        ...onOff(entity.config),
        stateOn: entity.config.state_on,
        stateOff: entity.config.state_off,
      }),
    }),
  ],
  binary_sensor: (entity) => [
    createPart(readOnly(entity), { schema: boolean, ...yesNo(onOff(entity.config)) }),
  ],
  sensor: (entity) => [createPart(readOnly(entity), { schema: sensorSchema(entity.config) })],
  number: (entity) => [createPart(entity, { schema: numberSchema(entity.config) })],
  select: (entity) => {
    const options = textsOf(entity.config.options);
    return [createPart(entity, { schema: { type: 'choice', options }, ...oneOf(options) })];
  },
  text: (entity) => [createPart(entity, { schema: { type: 'text' } })],
  button: (entity) => [triggerPart(entity, '', payloadOf(entity.config.payload_press) ?? 'PRESS')],
  light: lightParts,
  fan: (entity) => fanParts(entity),
  lock: (entity) => {
    const {
      payload_lock,
      payload_unlock,
      state_locked = 'LOCKED',
      state_unlocked = 'UNLOCKED',
    } = entity.config;
    const words = { on: payloadOf(payload_lock) ?? 'LOCK', off: payloadOf(payload_unlock) ?? 'UNLOCK' };
    return [
      createPart(entity, {
        schema: boolean,
        ...yesNo({ ...words, stateOn: state_locked, stateOff: state_unlocked }),
      }),
    ];
  },
  cover: (entity) => coverParts(entity),
};

/** Things that are announced in the same way, but that cannot be shown or set. */
const SILENT = ['device_automation', 'tag'];

/** The parts of an entity that pages can draw, and the others. Parts that the maker has turned off are left out. */
export function partsOf(entity: Entity): readonly Part[] {
  const { platform, config } = entity;
  if (SILENT.includes(platform) || config.enabled_by_default === false) return [];
  const draw = Object.hasOwn(PLATFORMS, platform) ? PLATFORMS[platform] : undefined;
  return draw?.(entity) ?? [{ label: labelOf(entity, ''), fault: 'platform', detail: platform }];
}

function onOff({ payload_on, payload_off }: Members): YesNo {
  return { on: payloadOf(payload_on) ?? 'ON', off: payloadOf(payload_off) ?? 'OFF' };
}

function readOnly({ config, ...entity }: Entity): Entity {
  const { command_topic: _, ...rest } = config;
  return { ...entity, config: rest };
}

function sensorSchema({ unit_of_measurement: unit, state_class, options }: Members): PropertySchema {
  const words = textsOf(options);
  if (words.length > 0) return { type: 'choice', options: words };
  const isNumber = textOf(unit) !== undefined || state_class !== undefined;
  return isNumber ? { type: 'number', unit: textOf(unit) ?? '' } : { type: 'text' };
}

/** The defaults are Home Assistant's. */
function numberSchema({ min, max, step, unit_of_measurement: unit }: Members): PropertySchema {
  const range = { min: numberOf(min) ?? 1, max: numberOf(max) ?? 100 };
  return { type: 'number', ...range, step: numberOf(step) ?? 1, unit: textOf(unit) ?? '' };
}

function triggerPart(entity: Entity, part: string, payload: string): Part {
  const commandTopic = textOf(entity.config.command_topic);
  if (commandTopic === undefined)
    return { label: labelOf(entity, part), fault: 'topic', detail: 'command_topic' };
  const source = { stateTopic: undefined, read: whole, commandTopic, write: () => payload, retain: false };
  return describedPart(entity, { part, schema: trigger, source });
}

function fanParts(entity: Entity): readonly Part[] {
  const { config } = entity;
  const { speed_range_min: min, speed_range_max: max } = config;
  const main = createPart(entity, { schema: boolean, ...yesNo(onOff(config)) });
  if (config.percentage_command_topic === undefined) return [main];
  const range = { min: Math.min(numberOf(min) ?? 1, numberOf(max) ?? 100) - 1, max: numberOf(max) ?? 100 };
  return [
    main,
    createPart(entity, {
      part: 'speed',
      schema: { type: 'number', ...range, step: 1 },
      names: namesFor('percentage_'),
    }),
  ];
}

const POSITION: PartNames = {
  state: 'position_topic',
  template: 'position_template',
  command: 'set_position_topic',
  wrap: 'set_position_template',
};

function coverParts(entity: Entity): readonly Part[] {
  const { config } = entity;
  const words = [
    ['open', config.payload_open, 'OPEN'],
    ['close', config.payload_close, 'CLOSE'],
    ['stop', config.payload_stop, 'STOP'],
  ] as const;
  const triggers =
    config.command_topic === undefined
      ? []
      : words.flatMap(([part, payload, usual]) =>
          payload === null ? [] : [triggerPart(entity, part, payloadOf(payload) ?? usual)],
        );
  if (config.position_topic === undefined && config.set_position_topic === undefined) return triggers;
  const ends = [numberOf(config.position_closed) ?? 0, numberOf(config.position_open) ?? 100];
  const schema: PropertySchema = { type: 'number', min: Math.min(...ends), max: Math.max(...ends), step: 1 };
  return [createPart(entity, { part: 'position', schema, names: POSITION }), ...triggers];
}
