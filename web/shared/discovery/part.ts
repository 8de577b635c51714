import type { PropertySchema } from '../../../devices/facts/property-info.ts';
import type { Entity } from './config.ts';
import { textOf } from './members.ts';
import { type Pick, readPick, readWrap, type Wrap, whole } from './template.ts';

/** The topics of a property that another program has announced. Values are written there by that program's rules. */
export interface Source {
  readonly stateTopic: string | undefined;
  /** The value in a payload of `stateTopic`, as our own payloads are written; `undefined` if it holds none. */
  readonly read: Pick;
  readonly commandTopic: string | undefined;
  /** The payload for `commandTopic` that asks for a value of ours. */
  readonly write: Wrap;
  readonly retain: boolean;
}

/** A property that pages can draw. */
export interface DescribedPart {
  /** Unique in its device; has no "/". */
  readonly key: string;
  readonly schema: PropertySchema;
  readonly source: Source;
}

/** Something that pages cannot draw, and why. */
export interface UndrawnPart {
  readonly label: string;
  readonly fault: 'template' | 'platform' | 'topic';
  /** The obstacle: the template, the platform. */
  readonly detail: string;
}

/** One thing that an entity shows or sets: a light has up to five. */
export type Part = DescribedPart | UndrawnPart;

/** The members of a configuration that say where something is read and set. */
export interface PartNames {
  readonly state: string;
  readonly template: string;
  readonly command: string;
  readonly wrap: string;
}

export interface PartOptions {
  /** Distinguishes the parts of one entity; empty for the main one. */
  readonly part?: string;
  readonly schema: PropertySchema;
  /** Default: as for the main part. */
  readonly names?: PartNames;
  /** Translates a picked value to ours, and back. Default: the same. */
  readonly decode?: Pick;
  readonly encode?: Wrap;
  /** Templates that compute, but that are known, by their text without spaces. */
  readonly knownPicks?: Readonly<Record<string, Pick>>;
  readonly knownWraps?: Readonly<Record<string, Wrap>>;
}

/** `brightness_state_topic` and so on for `brightness_`. */
export function namesFor(prefix: string): PartNames {
  return {
    state: `${prefix}state_topic`,
    template: `${prefix}value_template`,
    command: `${prefix}command_topic`,
    wrap: `${prefix}command_template`,
  };
}

/** One thing that an entity shows or sets, by the topics and templates of its configuration. */
export function createPart(entity: Entity, options: PartOptions): Part {
  const { config } = entity;
  const { part = '', schema, names = namesFor('') } = options;
  const { decode = whole, encode = whole, knownPicks = {}, knownWraps = {} } = options;
  const label = labelOf(entity, part);
  const stateTopic = textOf(config[names.state]);
  const commandTopic = textOf(config[names.command]);
  const [template, command] = [textOf(config[names.template]), textOf(config[names.wrap])];
  const pick = template === undefined ? whole : (knownIn(knownPicks, template) ?? readPick(template));
  const wrap = command === undefined ? whole : (knownIn(knownWraps, command) ?? readWrap(command));
  if (!pick) return { label, fault: 'template', detail: template ?? '' };
  if (!wrap) return { label, fault: 'template', detail: command ?? '' };
  if (stateTopic === undefined && commandTopic === undefined)
    return { label, fault: 'topic', detail: names.state };
  return describedPart(entity, {
    part,
    schema,
    source: {
      stateTopic,
      read: (payload) => mapped(pick(payload), decode),
      commandTopic,
      write: (value) => wrap(encode(value)),
      retain: config.retain === true,
    },
  });
}

/** A part whose source is known. */
export function describedPart(
  entity: Entity,
  {
    part,
    schema,
    source,
  }: { readonly part: string; readonly schema: PropertySchema; readonly source: Source },
): DescribedPart {
  const isSettable = source.commandTopic !== undefined;
  return {
    key: keyOf(entity, part),
    schema: {
      ...schema,
      name: labelOf(entity, part),
      settable: isSettable,
      actual: schema.type !== 'trigger' && source.stateTopic !== undefined,
    },
    source,
  };
}

/** The label for people: the entity's name, or the quantity that it measures; a part of it adds its own name. */
export function labelOf({ config, platform }: Entity, part: string): string {
  const named = textOf(config.name);
  const label = named ?? textOf(config.device_class)?.replaceAll('_', ' ') ?? platform.replaceAll('_', ' ');
  const text = part === '' ? label : named === undefined ? part : `${named}: ${part}`;
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`.slice(0, MAX_CHARACTERS);
}

const MAX_CHARACTERS = 100;

function keyOf({ key }: Entity, part: string): string {
  const text = part === '' ? key : `${key} ${part}`;
  return text.replace(/[/+#\0]/g, ' ').slice(0, MAX_CHARACTERS);
}

function mapped(text: string | undefined, change: Pick): string | undefined {
  return text === undefined ? undefined : change(text);
}

function knownIn<T>(known: Readonly<Record<string, T>>, template: string): T | undefined {
  const text = template.replace(/\s+/g, '');
  return Object.hasOwn(known, text) ? known[text] : undefined;
}
