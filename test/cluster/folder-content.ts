import fc from 'fast-check';
import { parseTopicFilter } from '../../hub/core/filter.ts';
import { Message } from '../../hub/core/message.ts';
import { NO_JOURNAL } from '../../hub/core/ports.ts';
import { PLAIN_TERMS } from '../../hub/core/subscription.ts';
import type { Store } from '../../hub/session/store.ts';
import { createTables } from '../../hub/storage/engine/table.ts';
import { readContent } from '../../hub/storage/hub/content.ts';
import { HUB_SCHEMA } from '../../hub/storage/hub/hub-schema.ts';

/** The sessions and retained messages of a standalone hub. */
export type FolderContent = Pick<Store, 'sessions' | 'retained' | 'now'>;

const session = fc.record({
  clientIdentifier: fc.constantFrom('ana', 'ben', 'eva', 'leo'),
  filters: fc.uniqueArray(fc.constantFrom('t/#', 'a/+', '$share/g/s')),
  /** The numbers of the queued messages. Two sessions may share a message. */
  due: fc.uniqueArray(fc.nat(9)),
  sent: fc.nat(3),
  unreleased: fc.uniqueArray(fc.integer({ min: 1, max: 9 })),
});

const plan = fc.record({
  sessions: fc.uniqueArray(session, { selector: ({ clientIdentifier }) => clientIdentifier }),
  retained: fc.uniqueArray(fc.constantFrom('led/1/duty', 'led/2/duty', 'a/b', 'x')),
  padding: fc.constantFrom(0, 500),
  /** The clock of a hub, which differs from the clock of its machine. */
  aheadMs: fc.constantFrom(0, -3_600_000, 1_000),
});

type Plan = typeof plan extends fc.Arbitrary<infer P> ? P : never;

/** The content of some hub's folder. */
export const folderContent: fc.Arbitrary<FolderContent> = plan.map(createContent);

function createContent({ sessions, retained, padding, aheadMs }: Plan): FolderContent {
  const tables = createTables(HUB_SCHEMA.tables);
  const now = () => Date.now() + aheadMs;
  const { journal } = readContent(tables, NO_JOURNAL);
  const textOf = (text: string) => text.padEnd(text.length + padding, '.');
  for (const topic of retained)
    journal.retain(new Message(topic, textOf(`on ${topic}`), { retain: true, qos: 1 }));
  const messages = Array.from(
    { length: 10 },
    (_, n) =>
      new Message('t/x', textOf(`${n}`), { qos: 1, ...(n % 2 === 0 && { expiresAt: now() + 3_600_000 }) }),
  );
  for (const one of sessions) {
    const record = journal.begin();
    const owner = { name: 'ana', accountId: '1', credentialIds: ['user ana'] };
    const { clientIdentifier } = one;
    record.update({ clientIdentifier, owner, expirySeconds: 7_200, will: undefined, leftAt: now() });
    for (const filter of one.filters)
      record.subscribe({ filter: parseTopicFilter(filter), terms: { ...PLAIN_TERMS, qos: 1 } }, false);
    for (const [index, number] of one.due.entries()) {
      const message = messages[number] ?? new Message('t/x', '');
      const due = {
        message,
        terms: { ...PLAIN_TERMS, qos: 1 as const },
        qos: 1 as const,
        retain: 0 as const,
      };
      record.enqueue(due, index < one.sent ? index + 1 : 0);
    }
    for (const packetIdentifier of one.unreleased) record.receive(packetIdentifier);
  }
  return { ...readContent(tables, NO_JOURNAL), now };
}

/** Rounds times to the minute, because a test takes some time. */
const MINUTE_MS = 60_000;

/** The content of a folder in a comparable form, with times as times of day. */
export function describeContent({ sessions, retained, now }: FolderContent): unknown {
  const timeOf = (ms: number | undefined) =>
    ms === undefined ? undefined : Math.round((ms - now() + Date.now()) / MINUTE_MS / 10);
  const describe = ({ topic, text, qos, retain, expiresAt }: Message) => [
    topic,
    text,
    qos,
    retain,
    timeOf(expiresAt),
  ];
  return {
    retained: retained.map(describe).sort(),
    sessions: sessions
      .map(({ state, subscriptions, due, unreleased }) => ({
        ...{ ...state, leftAt: timeOf(state.leftAt) },
        filters: subscriptions.map(({ filter }) => filter).sort(),
        due: due.map(({ message, packetIdentifier, qos }) => [...describe(message), packetIdentifier, qos]),
        unreleased: [...unreleased].sort(),
      }))
      .sort((one, other) => (one.clientIdentifier < other.clientIdentifier ? -1 : 1)),
  };
}
