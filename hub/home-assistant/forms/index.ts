import type { DescribedDevice } from '../described-device.ts';
import { button } from './button.ts';
import type { Entity, Form } from './form.ts';
import { genericEntities } from './generic.ts';
import { led } from './led.ts';
import { rgb } from './rgb.ts';
import { servo } from './servo.ts';

export type { Entity } from './form.ts';

/** The kinds with a form of their own, one file each. */
const FORMS: Readonly<Record<string, Form>> = { led, rgb, servo, button };

/** The entities of a device in Home Assistant: by the form of its kind, and one entity for each property that the form leaves out. */
export function entitiesOf(device: DescribedDevice): readonly Entity[] {
  const { topic, kind, properties } = device;
  const form = Object.hasOwn(FORMS, kind) ? FORMS[kind] : undefined;
  if (!form || !properties.has(form.properties[0])) return genericEntities(topic, [...properties.values()]);
  const others = [...properties.values()].filter(({ property }) => !form.properties.includes(property));
  const own = form.entities(device);
  const taken = new Set(own.map(({ key }) => key));
  // No property has a "/" in its name.
  const rest = genericEntities(topic, others).map((entity) =>
    taken.has(entity.key) ? { ...entity, key: `${entity.key}/property` } : entity,
  );
  return [...own, ...rest];
}
