import { OVERRIDDEN_PROPERTY, type PropertyInfo, readProperties } from '../../devices/facts/property-info.ts';

/** A device that describes itself at `…/info`, as far as an announcement needs it. */
export interface DescribedDevice {
  /** `led/21`, or `lab/ana/led/21`. */
  readonly topic: string;
  readonly kind: string;
  /** The name in the description; `undefined` if there is none, or only the topic. */
  readonly name: string | undefined;
  /** The pins that it uses, by BCM number. */
  readonly gpios: readonly number[];
  /** Its properties by name, in the order of the description. */
  readonly properties: ReadonlyMap<string, PropertyInfo>;
}

/** Reads what was published at `<topic>/info`. Gives `undefined` if the text describes no device of this topic, or no property. */
export function readDescribedDevice(topic: string, text: string): DescribedDevice | undefined {
  const json = readObject(text);
  const kind = topic.split('/').at(-2) ?? '';
  if (!json || (json.kind ?? kind) !== kind) return undefined;
  const { properties } = readProperties(json.properties);
  const shown = properties.filter(({ property }) => property !== OVERRIDDEN_PROPERTY);
  if (shown.length === 0) return undefined;
  const name = typeof json.name === 'string' ? json.name.trim() : '';
  return {
    topic,
    kind,
    name: name === '' || name === topic ? undefined : name,
    gpios: [json.gpio, ...(Array.isArray(json.gpios) ? json.gpios : [])].filter(Number.isInteger),
    properties: new Map(shown.map((info) => [info.property, info])),
  };
}

function readObject(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const json: unknown = JSON.parse(text);
    return typeof json === 'object' && json !== null && !Array.isArray(json) ? { ...json } : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined; // Any program may publish to any topic.
    throw error;
  }
}
