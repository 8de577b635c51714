import { type Configs, ownerOf } from './announcement.ts';

/** A message to publish; an empty payload withdraws an announcement. */
export interface ConfigChange {
  readonly topic: string;
  readonly payload: string;
  readonly retain: boolean;
}

/**
 * The messages to publish, in this order, so that the hub retains the wanted configurations and no others of its own. Entities that move
 * from one form of announcement to the other are announced as moving first: otherwise Home Assistant would forget what people have set for them.
 */
export function changesBetween(present: Configs, wanted: Configs, prefix: string): readonly ConfigChange[] {
  const stale = [...present.keys()].filter((topic) => !wanted.has(topic));
  const owners = new Set([...wanted.keys()].map((topic) => ownerOf(topic, prefix)));
  const moved = stale.filter(
    (topic) => owners.has(ownerOf(topic, prefix)) && isOtherForm(topic, wanted, prefix),
  );
  const differing = [...wanted].filter(([topic, payload]) => present.get(topic) !== payload);
  return [
    ...moved.map((topic) => ({ topic, payload: MIGRATION, retain: false })),
    ...differing.map(([topic, payload]) => ({ topic, payload, retain: true })),
    ...stale.map((topic) => ({ topic, payload: '', retain: true })),
  ];
}

/** Tells Home Assistant that another message takes over (core, components/mqtt/discovery.py). */
const MIGRATION = JSON.stringify({ migrate_discovery: true });

/** Whether the announcement at a topic has the other form than the wanted ones. An entity that is simply gone does not move. */
function isOtherForm(topic: string, wanted: Configs, prefix: string): boolean {
  const isOfDevice = (one: string) => one.startsWith(`${prefix}/device/`);
  return [...wanted.keys()].some((one) => isOfDevice(one) !== isOfDevice(topic));
}
