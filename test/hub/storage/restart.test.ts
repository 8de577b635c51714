import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Message, type Qos } from '../../../hub/core/message.ts';
import { NEVER_EXPIRES } from '../../../hub/session/limits.ts';
import type { Packet } from '../session/fake-link.ts';
import { DataFolders, MortalHub } from './mortal-hub.ts';
import { type StoredClient, StoredFixture } from './stored-fixture.ts';

let folders: DataFolders;
beforeEach(() => {
  folders = new DataFolders();
});
afterEach(() => folders.remove());

describe('after the death of its process a hub', () => {
  let hub: MortalHub;
  beforeEach(async () => {
    hub = await MortalHub.start(folders);
  });
  const connect: StoredFixture['connect'] = (...args) => hub.fixture.connect(...args);

  it('has the retained messages, without the forgotten ones', async () => {
    const { fixture } = hub;
    fixture.publish('led/21/duty', '40', { retain: true });
    fixture.publish('led/21/duty', '41', { retain: true });
    fixture.publish('led/22/duty', '1', { retain: true });
    fixture.publish('led/22/duty', '', { retain: true });
    fixture.publish('$SYS/broker/uptime', '1 seconds', { retain: true });
    fixture.publish('led/23/duty', 'not retained');
    await hub.die();
    expect(hub.fixture.retained).toEqual([['led/21/duty', '41']]);
    expect(hub.fixture.hub.retained.get('$SYS/broker/uptime')).toBeUndefined();
  });

  it('lets what is retained expire when it would have', async () => {
    hub.fixture.publish('a', 'short', { retain: true, expiresAt: 10_000 });
    hub.fixture.publish('b', 'long', { retain: true, expiresAt: 20_000 });
    await hub.die(15_000);
    expect(hub.fixture.retained).toEqual([['b', 'long']]);
  });

  it('goes on with sessions: what they subscribed to, what waits for them, in its order', async () => {
    const ana = connect('ana');
    ana.subscribe('a/#', { qos: 1, identifiers: [7], retainAsPublished: true });
    ana.leave();
    hub.fixture.publish('a/1', 'first', { qos: 1, retain: true });
    await hub.die();
    hub.fixture.publish('a/2', 'second', { qos: 2 });
    await hub.die();
    hub.fixture.publish('b', 'for nobody', { qos: 1 });
    const again = connect('ana');
    expect(again.isPresent).toBe(true);
    expect(again.link.tracked).toMatchObject([
      {
        message: { topic: 'a/1', text: 'first' },
        qos: 1,
        retain: 1,
        duplicate: false,
        terms: { identifiers: [7] },
      },
      { message: { topic: 'a/2', text: 'second' }, qos: 1, retain: 0, duplicate: false },
    ]);
  });

  it('sends again, marked as a duplicate and with the same packet identifier, what was not acknowledged', async () => {
    const ana = connect('ana');
    ana.subscribe('a', { qos: 1 });
    for (const text of ['1', '2', '3']) hub.fixture.publish('a', text, { qos: 1 });
    const [first, second] = ana.link.tracked;
    ana.session.acknowledge(first?.packetIdentifier ?? 0);
    await hub.die();
    const again = connect('ana');
    expect(again.link.tracked).toMatchObject([
      { message: { text: '2' }, packetIdentifier: second?.packetIdentifier, duplicate: true },
      { message: { text: '3' }, duplicate: true },
    ]);
    hub.fixture.publish('a', '4', { qos: 1 });
    const identifiers = again.link.tracked.map(({ packetIdentifier }) => packetIdentifier);
    expect(new Set(identifiers).size).toBe(3);
  });

  it('knows which of the waiting messages it has sent', async () => {
    const ana = connect('ana');
    ana.subscribe('a', { qos: 1 });
    ana.leave();
    hub.fixture.publish('a', 'waited', { qos: 1 });
    const [sent] = connect('ana').link.tracked;
    await hub.die();
    expect(connect('ana').link.tracked).toMatchObject([
      { packetIdentifier: sent?.packetIdentifier, duplicate: true, message: { text: 'waited' } },
    ]);
  });

  it('has nothing left of what expired while it waited, or was refused', async () => {
    const ana = connect('ana');
    ana.subscribe('a');
    hub.fixture.publish('a', 'refused', { qos: 2 });
    ana.session.refuse(ana.link.tracked[0]?.packetIdentifier ?? 0);
    ana.leave();
    hub.fixture.publish('a', 'expired', { qos: 1, expiresAt: 5_000 });
    hub.fixture.clock.pass(6_000);
    expect(connect('ana').texts).toEqual([]);
    await hub.die();
    expect(hub.store.sessions.map(({ due }) => due)).toEqual([[]]);
  });

  it('can change and end subscriptions that were there before', async () => {
    const ana = connect('ana');
    ana.subscribe('a');
    ana.subscribe('b');
    await hub.die();
    const again = connect('ana');
    again.session.unsubscribe('a');
    again.subscribe('b', { qos: 1 });
    await hub.die();
    expect(hub.store.sessions.map(({ subscriptions }) => subscriptions)).toMatchObject([
      [{ filter: 'b', terms: { qos: 1 } }],
    ]);
  });

  it('goes on in the midst of QoS 2, on either side', async () => {
    const ana = connect('ana');
    ana.subscribe('a');
    ana.session.publishOnce(9, new Message('b', 'published', { qos: 2 }));
    hub.fixture.publish('a', 'received', { qos: 2 });
    hub.fixture.publish('a', 'on its way', { qos: 2 });
    const [one, two] = ana.link.tracked.map(({ packetIdentifier }) => packetIdentifier);
    ana.session.receive(one ?? 0);
    await hub.die();
    const again = connect('ana');
    expect(again.link.packets).toMatchObject([
      { type: 'release', packetIdentifier: one },
      { type: 'tracked', packetIdentifier: two, duplicate: true },
    ]);
    expect(again.session.publishOnce(9, new Message('b', 'published', { qos: 2 }))).toBe(0);
    expect(again.session.complete(one ?? 0)).toBe(true);
    expect(again.session.release(9)).toBe(true);
    await hub.die();
    const last = connect('ana');
    expect(last.texts).toEqual(['on its way']);
    expect(last.session.isUnreleased(9)).toBe(false);
  });

  it('keeps a message once, however many sessions it waits for, and as long as it waits for one', async () => {
    const away = ['ana', 'bia', 'caio'].map((name) => connect(name));
    for (const client of away) {
      client.subscribe('a', { qos: 1 });
      client.leave();
    }
    hub.fixture.publish('a', 'large', { qos: 1 });
    await hub.die();
    const messages = () =>
      new Set(hub.store.sessions.flatMap(({ due }) => due.map(({ message }) => message)));
    expect(hub.store.sessions.length).toBe(3);
    expect(messages().size).toBe(1);
    for (const name of ['ana', 'bia']) {
      const client = connect(name);
      client.session.acknowledge(client.link.tracked[0]?.packetIdentifier ?? 0);
    }
    await hub.die();
    expect([...messages()].map(({ text }) => text)).toEqual(['large']);
    const caio = connect('caio');
    caio.session.acknowledge(caio.link.tracked[0]?.packetIdentifier ?? 0);
    await hub.die();
    expect(messages().size).toBe(0);
  });

  it('goes on sending what was retained when a subscription began', async () => {
    for (let n = 0; n < 10; n++) hub.fixture.publish(`a/${n}`, `${n}`, { retain: true, qos: 1 });
    const ana = connect('ana', { receiveMaximum: 3 });
    ana.subscribe('a/#', { qos: 1 });
    expect(ana.texts).toEqual(['0', '1', '2']);
    await hub.die();
    const again = connect('ana');
    expect(new Set(again.texts)).toEqual(new Set(Array.from({ length: 10 }, (_, n) => `${n}`)));
  });

  it('does not begin again with a replay that was complete', async () => {
    for (let n = 0; n < 10; n++) hub.fixture.publish(`a/${n}`, `${n}`, { retain: true, qos: 1 });
    const ana = connect('ana');
    ana.subscribe('a/#', { qos: 1 });
    for (const { packetIdentifier } of ana.link.tracked) ana.session.acknowledge(packetIdentifier);
    await hub.die();
    expect(connect('ana').texts).toEqual([]);
  });

  it('knows nothing of sessions that have ended, or were to end with their connection', async () => {
    connect('short', { expirySeconds: 0 }).subscribe('a');
    connect('expired', { expirySeconds: 10 }).leave();
    connect('anew', { expirySeconds: 10 }).subscribe('a');
    connect('anew', { expirySeconds: 0, cleanStart: true });
    connect('shortened', { expirySeconds: 10 }).subscribe('a');
    connect('shortened', { expirySeconds: 0 });
    hub.fixture.clock.pass(11_000);
    await hub.die();
    expect(hub.fixture.sessions.size).toBe(0);
    expect(hub.fixture.hub.subscriptionCount).toBe(1);
    await hub.die();
    expect(hub.store.sessions).toEqual([]);
  });

  it('ends a session when its time is over, including the time without a hub', async () => {
    connect('away', { expirySeconds: 100 }).leave();
    connect('connected', { expirySeconds: 100 });
    connect('for ever', { expirySeconds: NEVER_EXPIRES }).leave();
    hub.fixture.clock.pass(60_000);
    await hub.die(30_000);
    hub.fixture.clock.pass(9_000);
    expect(hub.fixture.sessions.has('away')).toBe(true);
    hub.fixture.clock.pass(2_000);
    expect(hub.fixture.sessions.has('away')).toBe(false);
    // If a client was connected, nobody knows when it left, so its time begins now.
    hub.fixture.clock.pass(88_000);
    expect(hub.fixture.sessions.has('connected')).toBe(true);
    hub.fixture.clock.pass(2_000);
    expect(hub.fixture.sessions.has('connected')).toBe(false);
    expect(hub.fixture.sessions.has('for ever')).toBe(true);
  });

  it('hands what waits for a shared subscription to another member, once', async () => {
    const [ana, bia] = ['ana', 'bia'].map((name) => connect(name));
    ana?.subscribe('$share/g/a', { qos: 1 });
    ana?.leave();
    hub.fixture.publish('a', 'for one', { qos: 1 });
    bia?.subscribe('$share/g/a', { qos: 1 });
    await hub.die();
    const back = connect('bia');
    hub.fixture.clock.pass(3_700_000); // Ana's session ends, and her shared messages pass to another member.
    expect(back.texts).toEqual(['for one']);
    await hub.die();
    expect(connect('bia').link.tracked).toMatchObject([{ message: { text: 'for one' }, duplicate: true }]);
  });
});

const NAMES = ['ana', 'bia'] as const;
const TOPICS = ['a', 'a/b'] as const;
const name = fc.constantFrom(...NAMES);
const qos = fc.constantFrom<Qos>(0, 1, 1, 2, 2);
const connects = fc.record({
  do: fc.constant('connect' as const),
  name,
  cleanStart: fc.constantFrom(false, false, false, false, true),
  expirySeconds: fc.constantFrom(60, 60, 60, 10, 0, NEVER_EXPIRES),
  receiveMaximum: fc.constantFrom(1, 2, 65_535),
  willDelay: fc.option(fc.constantFrom(0, 5, 100)),
});
const publishes = fc.record({
  do: fc.constant('publish' as const),
  topic: fc.constantFrom(...TOPICS),
  qos,
  retain: fc.boolean(),
  livesSeconds: fc.option(fc.constantFrom(3, 30), { freq: 3 }),
});
const filter = fc.constantFrom('a', 'a/#', '+');
const step = fc.oneof(
  { weight: 4, arbitrary: connects },
  { weight: 5, arbitrary: publishes },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('leave' as const), name, isPolite: fc.boolean() }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('subscribe' as const), name, filter, qos }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('unsubscribe' as const), name, filter }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('acknowledge' as const), name, nth: fc.nat(3) }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('pass' as const), seconds: fc.constantFrom(1, 4, 10, 50) }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('die' as const) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('publish once' as const),
      name,
      identifier: fc.constantFrom(1, 2),
      isReleased: fc.boolean(),
    }),
  },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

/** A hub with clients that do what the test says, and record what they get. */
class World {
  readonly mortal: MortalHub | undefined;
  readonly trace: string[] = [];
  #immortal: StoredFixture | undefined;
  readonly #clients = new Map<
    string,
    { client: StoredClient; due: [kind: 'ack' | 'rec' | 'comp', identifier: number][] }
  >();
  #serial = 0;

  constructor(mortal?: MortalHub) {
    this.mortal = mortal;
    if (!mortal) this.#immortal = new StoredFixture(undefined, 0);
  }

  get fixture(): StoredFixture {
    return this.#immortal ?? this.mortal?.fixture ?? expect.unreachable();
  }

  async run(step: Step): Promise<void> {
    if (step.do === 'die') await this.#die();
    else if (step.do === 'pass') this.fixture.clock.pass(step.seconds * 1000);
    else if (step.do === 'publish') this.#publish(step);
    else if (step.do === 'connect') this.#connect(step);
    else this.#act(step);
  }

  get wills(): (string | undefined)[] {
    return this.#wills.concat(this.fixture.wills.texts).sort();
  }

  #wills: (string | undefined)[] = [];

  /** Clients whose connections the last death has ended, and that have not reconnected since. */
  #interrupted = new Set<string>();

  async #die(): Promise<void> {
    this.#interrupted = new Set(NAMES);
    if (this.mortal) {
      this.#wills = this.#wills.concat(this.fixture.wills.texts);
      await this.mortal.die();
    } else {
      for (const { client } of this.#clients.values()) client.leave();
    }
    this.#clients.clear();
  }

  #publish({ topic, qos, retain, livesSeconds }: Extract<Step, { do: 'publish' }>): void {
    const expiresAt = livesSeconds === null ? undefined : this.fixture.clock.now() + livesSeconds * 1000;
    this.fixture.publish(topic, `${++this.#serial}`, { qos, retain, expiresAt });
  }

  #connect({ name, willDelay, ...options }: Extract<Step, { do: 'connect' }>): void {
    const message = new Message(`will/${name}`, `${++this.#serial}`, { retain: true });
    const will = willDelay === null ? undefined : { message, delaySeconds: willDelay };
    this.#clients.delete(name);
    // A client that reconnects to a restarted hub is in time, even with a clean start.
    const wasInterrupted = this.#interrupted.delete(name);
    if (wasInterrupted && options.cleanStart && !this.mortal) this.fixture.connect(name).leave(false);
    const client = this.fixture.connect(name, { ...options, will });
    const due: [kind: 'ack' | 'rec' | 'comp', identifier: number][] = [];
    const take = (packet: Packet) => {
      this.trace.push(`${name} ${show(packet)}`);
      if (packet.type === 'release') due.push(['comp', packet.packetIdentifier]);
      else if (packet.type === 'tracked')
        due.push([packet.qos === 1 ? 'ack' : 'rec', packet.packetIdentifier]);
    };
    this.trace.push(`${name} ${client.isPresent}`);
    for (const packet of client.link.packets) take(packet);
    client.link.onPacket = take;
    this.#clients.set(name, { client, due });
  }

  #act(step: Exclude<Step, { do: 'connect' | 'publish' | 'pass' | 'die' }>): void {
    const found = this.#clients.get(step.name);
    if (!found) return;
    const { client, due } = found;
    const { session } = client;
    switch (step.do) {
      case 'leave':
        client.leave(!step.isPolite);
        this.#clients.delete(step.name);
        break;
      case 'subscribe':
        // If retained messages must wait for the client, a hub that dies starts over with them: they may arrive twice.
        client.subscribe(step.filter, { qos: step.qos }, client.link.receiveMaximum > 2);
        break;
      case 'unsubscribe':
        session.unsubscribe(step.filter);
        break;
      case 'publish once': {
        const message = new Message('a', `once ${++this.#serial}`, { qos: 2 });
        this.trace.push(`published ${session.publishOnce(step.identifier, message)}`);
        if (step.isReleased) this.trace.push(`released ${session.release(step.identifier)}`);
        break;
      }
      case 'acknowledge': {
        const [[kind, identifier] = ['none', 0]] = due.splice(step.nth % Math.max(1, due.length), 1);
        if (kind === 'ack') session.acknowledge(identifier);
        else if (kind === 'rec') session.receive(identifier);
        else if (kind === 'comp') session.complete(identifier);
      }
    }
  }
}

function show(packet: Packet): string {
  if (packet.type === 'release') return 'release';
  const { topic, text } = packet.message;
  if (packet.type === 'publish') return `${topic} ${text} ${packet.flags}`;
  return `${topic} ${text} QoS ${packet.qos} ${packet.duplicate} ${packet.retain}`;
}

describe('a hub that dies again and again', () => {
  it('does what one does that only loses its connections', { timeout: 120_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40, size: 'max' }), async (steps) => {
        const dying = new World(await MortalHub.start(folders, { willGraceSeconds: 0 }));
        const living = new World();
        for (const one of steps) {
          await dying.run(one);
          await living.run(one);
          expect(dying.trace).toEqual(living.trace);
          expect(dying.fixture.retained).toEqual(living.fixture.retained);
          expect(dying.wills).toEqual(living.wills);
          for (const who of NAMES)
            expect(dying.fixture.sessions.has(who)).toBe(living.fixture.sessions.has(who));
        }
        await folders.closeStores();
      }),
      { numRuns: 200 },
    );
  });
});

describe('a store', () => {
  it('is for one hub at a time', async () => {
    const folder = join(folders.root, 'shared');
    const store = await folders.open(folder);
    await expect(folders.open(folder)).rejects.toMatchObject({
      code: 'store/unavailable',
    });
    await store.close();
    await folders.open(folder);
  });

  it('lets its folder go if it cannot be opened', async () => {
    const folder = join(folders.root, 'broken');
    mkdirSync(folder);
    await (await folders.open(folder)).close();
    writeFileSync(join(folder, 'state-1.base'), 'noise');
    await expect(folders.open(folder)).rejects.toMatchObject({ code: 'store/damaged' });
    await expect(folders.open(folder)).rejects.toMatchObject({ code: 'store/damaged' });
  });

  it('goes on with the clock of the hub before', async () => {
    const store = await folders.open(join(folders.root, 'clock'));
    const before = store.now();
    store.journal.retain(new Message('a', '1', { retain: true }));
    await store.close();
    const again = await folders.open(join(folders.root, 'clock'));
    expect(again.now()).toBeGreaterThanOrEqual(before);
    expect(again.now() - before).toBeLessThan(60_000);
  });
});
