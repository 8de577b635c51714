import { parseTopicFilter } from '../../hub/core/filter.ts';
import { Message } from '../../hub/core/message.ts';
import { untilSafe } from '../../hub/core/ports.ts';
import { PLAIN_TERMS, type Subscription, type Terms } from '../../hub/core/subscription.ts';
import type { SessionState, Store } from '../../hub/session/store.ts';
import { expect } from './expect.ts';
import { type Runner, suiteFor } from './suite.ts';

/** Opens a store for a hub, and, once that is closed, the same store for the next hub. */
export type OpenStore = () => Promise<Store>;

const ANA: SessionState = {
  clientIdentifier: 'ana',
  owner: { name: 'ana', accountId: '1', credentialIds: ['user ana'] },
  expirySeconds: 3_600,
  will: { message: new Message('ana/status', 'offline', { retain: true, qos: 1 }), delaySeconds: 5 },
  leftAt: 1_234.5,
};

const due = (message: Message, terms: Partial<Terms> = {}) => ({
  message,
  terms: { ...PLAIN_TERMS, qos: 2, ...terms } as const,
  qos: 2 as const,
  retain: 0 as const,
});

function subscription(filter: string, terms: Partial<Terms> = {}): Subscription {
  const subscriber = { deliver: () => true };
  return { subscriber, filter: parseTopicFilter(filter), terms: { ...PLAIN_TERMS, ...terms } };
}

/** The contract of every store. `createStage` returns a store that is still empty. */
export function storeContract(runner: Runner, name: string, createStage: () => OpenStore): void {
  const { afterEach, beforeEach, describe, it } = suiteFor(runner);
  describe(`a store: ${name}`, () => {
    let open: OpenStore;
    let store: Store;
    beforeEach(async () => {
      open = createStage();
      store = await open();
    });
    afterEach(() => store.close());

    /** Opens the store as the next hub. */
    async function reopen(): Promise<void> {
      await store.close();
      store = await open();
    }

    /** The messages queued for the only session, as texts. */
    const dueTexts = () => store.sessions[0]?.due.map(({ message }) => message.text);

    it('is empty at first, and has no trouble', () => {
      expect(store.retained).toEqual([]);
      expect(store.sessions).toEqual([]);
      expect(store.failure()).toBeUndefined();
    });

    it('keeps the last message that was retained on each topic, and none that was forgotten', async () => {
      const { journal } = store;
      journal.retain(new Message('a', '1', { retain: true }));
      journal.retain(new Message('b', '1', { retain: true }));
      journal.retain(new Message('a', Uint8Array.of(0, 255), { retain: true, qos: 2, expiresAt: 99.5 }));
      journal.forget('b');
      journal.forget('of which nothing is retained');
      await reopen();
      expect(store.retained).toMatchObject([{ topic: 'a', retain: true, qos: 2, expiresAt: 99.5 }]);
      expect([...(store.retained[0]?.bytes ?? [])]).toEqual([0, 255]);
    });

    it("keeps none of the hub's own topics", async () => {
      store.journal.retain(new Message('$SYS/broker/uptime', '1', { retain: true }));
      await reopen();
      expect(store.retained).toEqual([]);
    });

    it('keeps sessions with their subscriptions and received packet identifiers', async () => {
      const record = store.journal.begin();
      record.update({ ...ANA, leftAt: undefined });
      record.update(ANA);
      record.subscribe(subscription('a/#', { qos: 1, identifiers: [7] }), true);
      record.subscribe(subscription('a/#', { qos: 2, identifiers: [8] }), false);
      record.subscribe(subscription('b'), true);
      record.subscribe(subscription('c'), false);
      record.unsubscribe('c');
      record.receive(65_535);
      record.receive(1);
      record.forget(1);
      await reopen();
      expect(store.sessions).toMatchObject([
        {
          state: { clientIdentifier: 'ana', owner: ANA.owner, expirySeconds: 3_600, leftAt: 1_234.5 },
          subscriptions: [
            { filter: 'a/#', terms: { qos: 2, identifiers: [8] }, isReplaying: false },
            { filter: 'b', isReplaying: true },
          ],
          due: [],
          unreleased: [65_535],
        },
      ]);
      expect(store.sessions[0]?.state.will).toMatchObject({
        message: { topic: 'ana/status' },
        delaySeconds: 5,
      });
    });

    it('keeps what is due, in order, and how far each delivery is', async () => {
      const record = store.journal.begin();
      record.update(ANA);
      const shared = new Message('a', 'shared', { qos: 2 });
      const waiting = record.enqueue(due(shared, { identifiers: [3], share: 'group' }), 0);
      const sent = record.enqueue(due(new Message('a', 'sent')), 11);
      const released = record.enqueue(due(new Message('a', 'released')), 12);
      const sentLater = record.enqueue(due(shared), 0);
      const finished = record.enqueue(due(new Message('a', 'finished')), 13);
      record.release(released);
      record.send(sentLater, 14);
      record.finish(finished);
      expect(new Set([waiting, sent, released, sentLater, finished, 0]).size).toBe(6);
      await reopen();
      expect(store.sessions[0]?.due).toMatchObject([
        { message: { text: 'shared' }, terms: { identifiers: [3], share: 'group' }, packetIdentifier: 0 },
        { message: { text: 'sent' }, packetIdentifier: 11, isReleased: false },
        { message: { text: 'released' }, packetIdentifier: 12, isReleased: true },
        { message: { text: 'shared' }, packetIdentifier: 14, isReleased: false },
      ]);
    });

    it('goes on with the records of the last hub', async () => {
      const record = store.journal.begin();
      record.update(ANA);
      record.subscribe(subscription('a'), false);
      record.enqueue(due(new Message('a', '1')), 0);
      record.enqueue(due(new Message('a', '2')), 0);
      record.receive(5);
      await reopen();
      const [found] = store.sessions;
      const again = found?.record ?? expect.unreachable();
      again.finish(found?.due[0]?.ticket ?? 0);
      again.enqueue(due(new Message('a', '3')), 0);
      again.unsubscribe('a');
      again.forget(5);
      await reopen();
      expect(dueTexts()).toEqual(['2', '3']);
      expect(store.sessions).toMatchObject([{ subscriptions: [], unreleased: [] }]);
    });

    it('tells sessions apart, and forgets sessions that end', async () => {
      const [one, other] = [store.journal.begin(), store.journal.begin()];
      one.update(ANA);
      other.update({ ...ANA, clientIdentifier: 'bia' });
      const ticket = one.enqueue(due(new Message('a', '1')), 0);
      other.enqueue(due(new Message('a', '2')), 0);
      one.receive(3);
      one.finish(ticket);
      one.forget(3);
      one.end();
      await reopen();
      expect(store.sessions.map(({ state }) => state.clientIdentifier)).toEqual(['bia']);
      expect(dueTexts()).toEqual(['2']);
    });

    it('ignores what it does not know', () => {
      const record = store.journal.begin();
      record.unsubscribe('a');
      record.release(9);
      record.finish(0);
      record.forget(9);
      record.end();
    });

    it('says when everything is safe', async () => {
      const before = store.journal.position;
      store.journal.retain(new Message('a', '1', { retain: true }));
      expect(store.journal.position).toBeGreaterThanOrEqual(before);
      await untilSafe(store.journal);
      expect(store.journal.isSafe(store.journal.position)).toBe(true);
    });

    it('ignores calls after it was closed', async () => {
      const record = store.journal.begin();
      record.update(ANA);
      await store.close();
      record.enqueue(due(new Message('a', '1')), 0);
      store.journal.retain(new Message('a', '1', { retain: true }));
      await reopen();
      expect([store.retained, dueTexts()]).toEqual([[], []]);
    });

    it('closes once, even if it is told to several times', async () => {
      await Promise.all([store.close(), store.close()]);
    });

    it('has a clock that never goes back, from one hub to the next', async () => {
      const before = store.now();
      store.journal.retain(new Message('a', '1', { retain: true }));
      await reopen();
      expect(store.now()).toBeGreaterThanOrEqual(before);
    });
  });
}
