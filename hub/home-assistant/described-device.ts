import { readDescription } from '../../devices/facts/device-info.ts';
import { OVERRIDDEN_PROPERTY, type PropertyInfo } from '../../devices/facts/property-info.ts';

/** A device that describes itself at `…/info`, reduced to what an announcement needs. */
export interface DescribedDevice {
  /** `led/21`, or `lab/ana/led/21`. */
  readonly topic: string;
  readonly kind: string;
  /** The name in the description; `undefined` if there is none, or only the topic. */
  readonly name: string | undefined;
  /** The pins that it uses, as BCM numbers. */
  readonly gpios: readonly number[];
  /** Its properties by name, in the order of the description. */
  readonly properties: ReadonlyMap<string, PropertyInfo>;
}

/** Reads what was published at `<topic>/info`. Returns `undefined` if the text does not describe a device of this topic, or has no property. */
export function readDescribedDevice(topic: string, text: string): DescribedDevice | undefined {
  const info = readDescription(text, topic.split('/').at(-2) ?? '');
  const shown = info?.properties.filter(({ property }) => property !== OVERRIDDEN_PROPERTY) ?? [];
  if (!info || shown.length === 0) return undefined;
  const { kind, name, gpios } = info;
  const properties = new Map(shown.map((one) => [one.property, one]));
  return { topic, kind, name: name === topic ? undefined : name, gpios, properties };
}
