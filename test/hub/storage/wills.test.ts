import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { HubError } from '../../../hub/core/error.ts';
import { Message } from '../../../hub/core/message.ts';
import { ALL_RIGHTS } from '../../../hub/core/rights.ts';
import type { Will } from '../../../hub/session/link.ts';
import { DataFolders, MortalHub } from './mortal-hub.ts';
import type { StoredFixture } from './stored-fixture.ts';

const GRACE_MS = 60_000;

let folders: DataFolders;
let hub: MortalHub;
beforeEach(async () => {
  folders = new DataFolders();
  hub = await MortalHub.start(folders);
});
afterEach(() => folders.remove());

const connect: StoredFixture['connect'] = (...args) => hub.fixture.connect(...args);
const pass = (ms: number) => hub.fixture.clock.pass(ms);
const owner = (name: string, rights = ALL_RIGHTS) => ({ name, accountId: '', credentialIds: [name], rights });

function will(text: string, delaySeconds = 0, topic = `will/${text}`): Will {
  return { message: new Message(topic, text, { retain: true, qos: 1 }), delaySeconds };
}

/** Ends the process, and starts another one. */
const endings = {
  killed: (awayMs = 0) => hub.die(awayMs),
  stopped: (awayMs = 0) => {
    hub.fixture.sessions.closeAll(new HubError('hub/closing', 'the hub is closing'));
    return hub.die(awayMs);
  },
};

describe.each(['killed', 'stopped'] as const)('after a hub was %s, the will of a client', (how) => {
  const restart = endings[how];

  it('that does not come back is published once the grace period is over, and only once', async () => {
    connect('plain', { expirySeconds: 0, will: will('plain') });
    connect('kept', { will: will('kept') });
    connect('short', { expirySeconds: 5, will: will('short') });
    connect('polite', { will: will('polite') }).leave(false);
    await restart(15_000);
    pass(GRACE_MS - 1);
    expect(hub.fixture.wills.texts).toEqual([]);
    pass(1);
    expect(hub.fixture.wills.texts.sort()).toEqual(['kept', 'plain', 'short']);
    pass(10 * GRACE_MS);
    await restart();
    pass(10 * GRACE_MS);
    expect(hub.fixture.wills.texts).toEqual([]);
  });

  it.each([true, false])('that comes back in time is not published (clean start: %s)', async (cleanStart) => {
    connect('plain', { expirySeconds: 0, will: will('plain') });
    connect('kept', { will: will('kept') });
    await restart();
    pass(GRACE_MS - 1);
    for (const id of ['plain', 'kept']) connect(id, { cleanStart, will: will(`${id} again`) });
    pass(10 * GRACE_MS);
    await restart();
    pass(GRACE_MS);
    expect(hub.fixture.wills.texts.sort()).toEqual(['kept again', 'plain again']);
  });

  it('is not published if its owner sets a will for the topic under another client identifier, or publishes there', async () => {
    for (const name of ['one', 'two', 'three']) {
      connect(`${name}-random`, { expirySeconds: 0, will: will(name), owner: owner('ana') });
    }
    await restart();
    connect('one-other', { will: will('online', 0, 'will/one'), owner: owner('ana') });
    const other = connect('two-other', { owner: owner('ana') });
    other.session.publish(new Message('will/two', 'online', { retain: true }));
    connect('three-other', { will: will('online', 0, 'will/three'), owner: owner('eve') });
    hub.fixture.wills.deliveries.length = 0;
    pass(GRACE_MS);
    expect(hub.fixture.wills.texts).toEqual(['three']);
  });

  it('waits for its delay, and for no longer than its session would have lasted', async () => {
    connect('delayed', { will: will('delayed', 100) });
    connect('capped', { expirySeconds: 80, will: will('capped', 100) });
    connect('left', { will: will('left', 70) }).leave();
    await restart(1_000);
    pass(GRACE_MS);
    expect(hub.fixture.wills.texts).toEqual([]);
    pass(9_000);
    expect(hub.fixture.wills.texts).toEqual(['left']);
    await restart();
    pass(GRACE_MS);
    expect(hub.fixture.wills.texts.sort()).toEqual(['capped', 'delayed']);
  });

  it('survives another restart before it is due', async () => {
    connect('plain', { expirySeconds: 0, will: will('plain') });
    connect('kept', { will: will('kept') });
    for (let restarts = 0; restarts < 3; restarts++) {
      await restart();
      pass(GRACE_MS / 2);
      expect(hub.fixture.wills.texts).toEqual([]);
    }
    expect(connect('kept', { will: will('kept') }).isPresent).toBe(true);
    pass(GRACE_MS / 2);
    expect(hub.fixture.wills.texts).toEqual(['plain']);
  });

  it('reaches the sessions that were kept, whichever was restored first', async () => {
    connect('ana', { will: will('ana') });
    connect('bia').subscribe('will/#', { qos: 1 });
    connect('zoe', { expirySeconds: 0, will: will('zoe') });
    await restart();
    pass(GRACE_MS);
    expect(connect('bia').texts.sort()).toEqual(['ana', 'zoe']);
  });

  it('does not make a session that had ended seem present', async () => {
    connect('plain', { expirySeconds: 0, will: will('plain') });
    await restart();
    expect(hub.fixture.sessions.size).toBe(0);
    expect(connect('plain').isPresent).toBe(false);
  });

  it('is published a few at a time, however many are due at once', async () => {
    for (let n = 0; n < 250; n++) connect(`${n}`, { expirySeconds: 0, will: will(`${n}`) });
    await restart();
    hub.fixture.clock.maxFrames = hub.fixture.clock.now() + GRACE_MS;
    const rounds: number[] = [];
    hub.fixture.clock.schedule(function count() {
      rounds.push(hub.fixture.wills.texts.length);
      if (rounds.length < 4) this.schedule(undefined, 0);
    }, GRACE_MS);
    hub.fixture.clock.flush();
    expect(rounds).toEqual([100, 200, 250, 250]);
  });
});

describe('a will that waits for its client', () => {
  it('is not published if its owner has lost the right to by the time it is due', async () => {
    connect('c', { will: will('gone'), owner: owner('ana') });
    await hub.die();
    hub.fixture.rightsOf.ana = { ...ALL_RIGHTS, mayPublish: () => false };
    pass(GRACE_MS);
    expect(hub.fixture.wills.texts).toEqual([]);
    expect(hub.fixture.sessions.counters.drops.will).toBe(1);
  });

  it('is published at once if its owner is gone: before the restart, or after it', async () => {
    for (const name of ['ana', 'bia']) {
      connect(`${name}-plain`, { expirySeconds: 0, will: will(`${name} plain`), owner: owner(name) });
      connect(`${name}-kept`, { will: will(`${name} kept`), owner: owner(name) });
    }
    await hub.die(0, ['ana']);
    expect(hub.fixture.wills.texts.sort()).toEqual(['ana kept', 'ana plain']);
    hub.fixture.sessions.endAllOn({
      credentialId: 'bia',
      reason: new HubError('auth/denied', 'removed'),
      isGone: true,
    });
    expect(hub.fixture.wills.texts.sort()).toEqual(['ana kept', 'ana plain', 'bia kept', 'bia plain']);
    expect(hub.fixture.sessions.size).toBe(0);
  });

  it('is nobody’s own but its owner’s, even if another account has the client identifier now', async () => {
    const noLocal = { qos: 0, noLocal: true } as const;
    connect('c', { expirySeconds: 0, will: will('gone'), owner: owner('ana') });
    await hub.die();
    const other = connect('c', { expirySeconds: 0, owner: owner('bia') });
    other.subscribe('will/#', noLocal);
    pass(GRACE_MS);
    expect(other.link.texts).toEqual(['gone']);
    expect(hub.fixture.wills.deliveries[0]?.publisher?.owner).toBe('ana');
  });

  it('gives way to clients that need the room, and takes none in the end', async () => {
    await folders.closeStores();
    hub = await MortalHub.start(folders, { totalSessionBytes: 10_000 });
    const { message } = will('x'.repeat(6_000), 0, 'will/x');
    connect('plain', { expirySeconds: 0, will: { message, delaySeconds: 0 } });
    await hub.die();
    connect('other').subscribe('y'.repeat(3_000));
    expect(hub.fixture.wills.texts).toEqual([message.text]);
    hub.fixture.sessions.dispose();
    expect(hub.fixture.sessions.counters.sessionBytes).toBe(0);
  });

  it('waits for as long as the hub does not say that clients can connect', async () => {
    connect('plain', { expirySeconds: 0, will: will('plain') });
    await hub.die(0, [], false);
    pass(10 * GRACE_MS);
    expect(hub.fixture.wills.texts).toEqual([]);
    hub.fixture.sessions.awaitReturns();
    pass(GRACE_MS);
    expect(hub.fixture.wills.texts).toEqual(['plain']);
  });
});
