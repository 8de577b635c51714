import type { Entity } from './config.ts';
import { jsonParts } from './json-light.ts';
import { mireds, PERCENT, scaleOf } from './light-ranges.ts';
import { type Members, payloadOf, textsOf } from './members.ts';
import { createPart, labelOf, namesFor, type Part } from './part.ts';
import { colorList, HEX_PICKS, HEX_WRAPS, oneOf, percentOf, yesNo } from './values.ts';

/** A light of any of Home Assistant's three schemas: its switch, brightness, color, color temperature and effects. */
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
  const undrawn = has('rgb_') ? undefined : ['hs_', 'xy_'].find(has);
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
    ...(undrawn === undefined ? [] : [undrawnColor(entity, `${undrawn}command_topic`)]),
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

/** A color without its brightness at a topic of its own: our cards set both as one. */
function undrawnColor(entity: Entity, detail: string): Part {
  return { label: labelOf(entity, 'color'), fault: 'platform', detail };
}

/** Such a light has no switch: it is off while its brightness is 0, or its color black. */
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
