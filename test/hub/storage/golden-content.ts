import { Buffer } from 'node:buffer';
import { Message } from '../../../hub/core/message.ts';
import type { HubTables } from '../../../hub/storage/hub/hub-schema.ts';

/** A time of the hub's clock that is not a whole number of milliseconds. */
const TIME = 1_769_860_800_000.25;
const PROPERTIES = {
  payloadFormatIndicator: 1,
  contentType: 'text/plain',
  responseTopic: 'answers/ana',
  correlationData: Uint8Array.of(0, 255),
  userProperties: [
    ['a', '1'],
    ['a', 'é'],
  ],
} as const;
const OWNER = {
  name: 'ana',
  accountId: '2026-01-31T12:00:00.000Z',
  credentialIds: ['user ana', 'link control'],
};
const WILL = new Message('ana/status', 'offline', { retain: true, qos: 1 });

/** The content of the golden folders' base: each kind of record, with each of its parts present and absent. */
export function fillBase(tables: HubTables): void {
  const { retained, sessions, subscriptions, messages, due, sent, received, clock } = tables;
  for (const message of [
    new Message('text', 'é uma pessoa', { retain: true }),
    new Message('bytes', Uint8Array.of(0, 128, 255), { retain: true, qos: 1 }),
    new Message('expires', '', { retain: true, qos: 2, expiresAt: TIME }),
    new Message('properties', '{}', { retain: true, properties: PROPERTIES }),
    new Message('bare properties', '1', { retain: true, properties: { payloadFormatIndicator: 0 } }),
    new Message('forgotten later', '1', { retain: true }),
  ])
    retained.set(message.topic, message);
  const away = { clientIdentifier: 'ana', owner: OWNER, expirySeconds: 0xffff_ffff, leftAt: TIME };
  sessions.set(1, { ...away, will: { message: WILL, delaySeconds: 30, expirySeconds: 60 } });
  sessions.set(2, { ...away, will: { message: WILL, delaySeconds: 0 }, leftAt: undefined });
  sessions.set(300, {
    clientIdentifier: '',
    owner: { name: '', accountId: '', credentialIds: [] },
    expirySeconds: 0,
    will: undefined,
    leftAt: undefined,
  });
  const plain = { qos: 0, noLocal: false, retainAsPublished: false, identifiers: [] } as const;
  subscriptions.set(3, { session: 1, filter: 'a/+/#', terms: plain, isReplaying: false });
  const full = { qos: 2, noLocal: true, retainAsPublished: true, identifiers: [1, 268_435_455] } as const;
  subscriptions.set(4, { session: 2, filter: '$share/group/b', terms: full, isReplaying: true });
  subscriptions.set(5, { session: 2, filter: 'c', terms: { ...plain, qos: 1 }, isReplaying: false });
  messages.set(1, new Message('a/1', 'first', { qos: 1 }));
  messages.set(2, new Message('a/2', Buffer.from('second'), { qos: 2, properties: PROPERTIES }));
  const entry = { session: 1, message: 1, qos: 1, retain: 0, identifiers: [], packetIdentifier: 0 } as const;
  due.set(6, { ...entry, share: undefined });
  due.set(7, {
    ...entry,
    message: 2,
    qos: 2,
    retain: 1,
    identifiers: [7],
    share: 'group',
    packetIdentifier: 65_535,
  });
  sent.set(6, { packetIdentifier: 1, isReleased: false });
  sent.set(7, { packetIdentifier: 65_535, isReleased: true });
  received.set('300/9', true);
  clock.set(0, { hubMs: TIME, wallMs: TIME + 0.5 });
}

/** The parts that a folder of an earlier format does not contain. */
export function forgetSince(format: string, { sessions }: HubTables): void {
  if (format !== 'v1') return;
  for (const [number, state] of [...sessions])
    sessions.set(number, { ...state, owner: { ...state.owner, accountId: '' } });
}

/** The later changes, in the log. */
export function fillLater({ retained, sent, due, clock }: HubTables): void {
  retained.set('text', new Message('text', 'replaced', { retain: true }));
  retained.set('led/21/duty', new Message('led/21/duty', '42.5', { retain: true }));
  retained.delete('forgotten later');
  sent.delete(6);
  due.delete(6);
  clock.set(0, { hubMs: TIME + 1_000, wallMs: TIME + 2_000 });
}
