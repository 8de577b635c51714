/**
 * The label that people give a device on a page. Each field is a retained topic `<device>/meta/<field>`, so it is the same on every page.
 * The adapter neither reads nor writes these topics.
 */
export interface Label {
  /** The name that people give the device; it goes before the name in the device's own description. */
  readonly name: string | undefined;
  /** The group that it is listed in, in place of the prefix of its topic. */
  readonly group: string | undefined;
  /** Its place in its group, ascending; a device without a place comes after those with one. */
  readonly order: number | undefined;
  readonly isFavorite: boolean;
  readonly isHidden: boolean;
}

/** The last level of each of the topics. */
export type LabelField = 'name' | 'group' | 'order' | 'favorite' | 'hidden';

/** The texts to publish at some of the fields; an empty text clears the field. */
export type LabelTexts = ReadonlyMap<LabelField, string>;

const FIELDS: readonly LabelField[] = ['name', 'group', 'order', 'favorite', 'hidden'];

/** Nothing was set. */
export const NO_LABEL: Label = {
  name: undefined,
  group: undefined,
  order: undefined,
  isFavorite: false,
  isHidden: false,
};

/** The longest name or group, characters; the rest is cut off. */
export const LONGEST_NAME = 60;

/** The topic of a field, without the device's topic before it. */
export function labelTopic(field: LabelField): string {
  return `meta/${field}`;
}

/** Reads a label; `textOf` gives what is retained for a field. Anybody may have published anything there, so nothing is trusted. */
export function readLabel(textOf: (field: LabelField) => string | undefined): Label {
  return {
    name: readName(textOf('name')),
    group: readName(textOf('group')),
    order: readOrder(textOf('order')),
    isFavorite: textOf('favorite') === 'true',
    isHidden: textOf('hidden') === 'true',
  };
}

/** Whether two labels say the same. */
export function isSameLabel(one: Label, other: Label): boolean {
  const { name, group, order, isFavorite, isHidden } = one;
  return (
    name === other.name &&
    group === other.group &&
    order === other.order &&
    isFavorite === other.isFavorite &&
    isHidden === other.isHidden
  );
}

/** The texts that turn one label into another: only the fields that differ. */
export function labelChanges(from: Label, to: Label): LabelTexts {
  const before = textsOf(from);
  const after = textsOf(to);
  return new Map(
    FIELDS.filter((field) => before[field] !== after[field]).map((field) => [field, after[field]]),
  );
}

function textsOf({ name, group, order, isFavorite, isHidden }: Label): Record<LabelField, string> {
  return {
    name: name ?? '',
    group: group ?? '',
    order: order === undefined ? '' : String(order),
    favorite: isFavorite ? 'true' : '',
    hidden: isHidden ? 'true' : '',
  };
}

function readName(text = ''): string | undefined {
  return text.replace(/\s+/g, ' ').trim().slice(0, LONGEST_NAME) || undefined;
}

function readOrder(text = ''): number | undefined {
  const order = text.trim() === '' ? Number.NaN : Number(text);
  return Number.isFinite(order) ? order : undefined;
}
