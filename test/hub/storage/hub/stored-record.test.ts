import { beforeEach, describe, expect, it } from 'vitest';
import { parseTopicFilter } from '../../../../hub/core/filter.ts';
import { Message } from '../../../../hub/core/message.ts';
import { PLAIN_TERMS, type Subscription } from '../../../../hub/core/subscription.ts';
import { createTables } from '../../../../hub/storage/engine/table.ts';
import { HUB_SCHEMA, type HubTables } from '../../../../hub/storage/hub/hub-schema.ts';
import { gatherSessions, Records, StoredRecord } from '../../../../hub/storage/hub/stored-sessions.ts';

let tables: HubTables;
const state = {
  clientIdentifier: 'ana',
  owner: { name: '', accountId: '', credentialIds: [] },
  expirySeconds: 60,
  will: undefined,
  leftAt: undefined,
};
const sizes = () => Object.fromEntries(Object.entries(tables).map(([name, { size }]) => [name, size]));
const NOTHING = {
  retained: 0,
  sessions: 0,
  subscriptions: 0,
  messages: 0,
  due: 0,
  sent: 0,
  received: 0,
  clock: 0,
};
const due = (message: Message) => ({ message, terms: PLAIN_TERMS, qos: 1, retain: 0 }) as const;
function subscription(filter: string): Subscription {
  return { subscriber: { deliver: () => true }, filter: parseTopicFilter(filter), terms: PLAIN_TERMS };
}

beforeEach(() => {
  tables = createTables(HUB_SCHEMA.tables);
});

describe('the record of a session', () => {
  it('leaves nothing behind, once all that it has recorded is over', () => {
    const record = new StoredRecord(new Records(tables));
    record.update(state);
    record.subscribe(subscription('a'), true);
    record.subscribe(subscription('a'), false);
    const message = new Message('a', '1');
    const tickets = [record.enqueue(due(message), 0), record.enqueue(due(message), 7)];
    record.send(tickets[0] ?? 0, 8);
    for (const ticket of tickets) record.release(ticket);
    record.receive(3);
    expect(sizes()).toEqual({
      ...NOTHING,
      sessions: 1,
      subscriptions: 1,
      messages: 1,
      due: 2,
      sent: 2,
      received: 1,
    });
    for (const ticket of tickets) record.finish(ticket);
    record.unsubscribe('a');
    record.forget(3);
    record.end();
    expect(sizes()).toEqual(NOTHING);
  });

  it('has a number that messages do not use up, so received messages stay distinct', () => {
    const records = new Records(tables);
    const record = new StoredRecord(records);
    for (let n = 0; n < 100; n++) record.finish(record.enqueue(due(new Message('a', '1')), 0));
    const next = new StoredRecord(records);
    next.update(state);
    expect([...tables.sessions].map(([number]) => number)).toEqual([2]);
  });

  it('ignores what it does not know', () => {
    const record = new StoredRecord(new Records(tables));
    record.unsubscribe('a');
    record.release(9);
    record.finish(9);
    record.forget(9);
    record.end();
    expect(sizes()).toEqual(NOTHING);
  });
});

describe('sessions that are gathered', () => {
  it('do without what damage has left of others, and nothing of that stays', () => {
    const shared = new Records(tables);
    const [gone, kept] = [new StoredRecord(shared), new StoredRecord(shared)];
    kept.update(state);
    const [one, other, lost] = ['1', '2', '3'].map((text) => new Message('a', text));
    if (!one || !other || !lost) return expect.unreachable();
    for (const record of [gone, kept]) {
      record.subscribe(subscription('a'), false);
      record.enqueue(due(one), 5);
      record.receive(4);
    }
    gone.send(gone.enqueue(due(other), 0), 6);
    kept.enqueue(due(lost), 0);
    for (const [number, message] of [...tables.messages])
      if (message === lost) tables.messages.delete(number);
    tables.sent.set(999, { packetIdentifier: 1, isReleased: false });
    const sessions = gatherSessions(new Records(tables));
    expect(sessions).toMatchObject([
      { state: { clientIdentifier: 'ana' }, due: [{ message: one, packetIdentifier: 5 }], unreleased: [4] },
    ]);
    expect(sizes()).toEqual({ ...NOTHING, sessions: 1, subscriptions: 1, messages: 1, due: 1, received: 1 });
  });
});
