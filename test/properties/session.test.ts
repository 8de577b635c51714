import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseTopicFilter } from '../../hub/core/filter.ts';
import { Message, type Qos } from '../../hub/core/message.ts';
import { PLAIN_TERMS } from '../../hub/core/subscription.ts';
import { Recorder } from '../hub/core/recorder.ts';
import { Fixture } from '../hub/session/fixture.ts';
import { type Received, SessionClient } from './session-client.ts';
import { matches } from './topic-names.ts';

const CLIENTS = ['ana', 'bia', 'caio'] as const;
const TOPICS = ['a', 'a/b', 'a/c'] as const;
const FILTERS = ['a', 'a/+', 'a/#', '+/b'] as const;
const SHARES = ['$share/g/a/+', '$share/h/#'] as const;

type Name = (typeof CLIENTS)[number];

/** An expected receiver of a message: a client, as long as its session is this one. */
interface QueuedMessage {
  readonly name: Name;
  readonly life: number;
  readonly qos: Qos;
}

interface Published {
  readonly message: Message;
  readonly publisher: string;
  readonly due: readonly QueuedMessage[];
  /** The shared subscriptions that had members, and the QoS at which any of them would get the message. */
  readonly shares: readonly { readonly share: string; readonly qosOfMembers: readonly Qos[] }[];
}

interface ClientModel {
  life: number;
  isConnected: boolean;
  expirySeconds: number;
  /** When the session ends, milliseconds; `undefined` if there is no session, or its client is connected. */
  endsAt: number | undefined;
  exists: boolean;
  will: { message: Message; delaySeconds: number; dueAt: number | undefined } | undefined;
  readonly subscriptions: Map<string, Qos>;
}

/** The expected behavior, in its plainest form. */
class Model {
  now = 0;
  readonly clients = new Map<Name, ClientModel>();
  readonly published: Published[] = [];
  readonly wills: string[] = [];
  readonly retained = new Map<string, Message>();
  /** A shared message may be lost with a session that ends. */
  hasAnyEnded = false;
  serial = 0;

  constructor() {
    for (const name of CLIENTS) {
      this.clients.set(name, {
        life: 0,
        isConnected: false,
        expirySeconds: 0,
        endsAt: undefined,
        exists: false,
        will: undefined,
        subscriptions: new Map(),
      });
    }
  }

  client(name: Name): ClientModel {
    return this.clients.get(name) ?? expect.unreachable();
  }

  connect(name: Name, cleanStart: boolean, expirySeconds: number, will: ClientModel['will']): void {
    const client = this.client(name);
    if (client.isConnected) this.disconnect(name, true);
    if (cleanStart) this.end(client);
    if (!client.exists) client.life++;
    Object.assign(client, { exists: true, isConnected: true, endsAt: undefined, expirySeconds, will });
  }

  disconnect(name: Name, publishWill: boolean): void {
    const client = this.client(name);
    client.isConnected = false;
    if (!publishWill) client.will = undefined;
    client.endsAt = this.now + client.expirySeconds * 1000;
    if (client.will)
      client.will.dueAt = this.now + Math.min(client.will.delaySeconds, client.expirySeconds) * 1000;
    this.pass(0);
  }

  pass(ms: number): void {
    this.now += ms;
    const due = [...this.clients.values()].filter(
      ({ will }) => will?.dueAt !== undefined && will.dueAt <= this.now,
    );
    for (const client of due.sort((one, other) => (one.will?.dueAt ?? 0) - (other.will?.dueAt ?? 0)))
      this.publishWillMessage(client);
    for (const client of this.clients.values()) {
      if (client.endsAt !== undefined && client.endsAt <= this.now) this.end(client);
    }
  }

  end(client: ClientModel): void {
    if (client.exists) this.hasAnyEnded = true;
    this.publishWillMessage(client);
    client.exists = false;
    client.endsAt = undefined;
    client.subscriptions.clear();
  }

  publishWillMessage(client: ClientModel): void {
    if (client.will) this.wills.push(client.will.message.text ?? '');
    client.will = undefined;
  }

  publish(message: Message, publisher: string): void {
    const due: QueuedMessage[] = [];
    for (const [name, { life, isConnected, subscriptions }] of this.clients) {
      const found = [...subscriptions].filter(
        ([filter]) => !filter.startsWith('$share') && matches(filter, message.topic),
      );
      if (found.length === 0) continue;
      const qos = Math.min(message.qos, Math.max(...found.map(([, each]) => each))) as Qos;
      if (qos > 0 || isConnected) due.push({ name, life, qos });
    }
    const shares = SHARES.filter((share) => matches(share.split('/').slice(2).join('/'), message.topic)).map(
      (share) => ({
        share,
        qosOfMembers: [...this.clients.values()].flatMap(({ subscriptions }) => {
          const qos = subscriptions.get(share);
          return qos === undefined ? [] : [Math.min(message.qos, qos) as Qos];
        }),
      }),
    );
    this.published.push({ message, publisher, due, shares });
    if (!message.retain) return;
    if (message.isEmpty) this.retained.delete(message.topic);
    else this.retained.set(message.topic, message);
  }
}

class Real {
  readonly fixture = new Fixture();
  readonly watcher = new Recorder();
  readonly clients = new Map<Name, SessionClient>(
    CLIENTS.map((name) => [name, new SessionClient(name, this.fixture)]),
  );
  /** Connections whose end has not been noticed yet. */
  readonly unnoticed: (() => void)[] = [];

  constructor() {
    this.fixture.hub.subscribe(this.watcher, parseTopicFilter('will'));
  }

  client(name: Name): SessionClient {
    return this.clients.get(name) ?? expect.unreachable();
  }
}

type Command = fc.Command<Model, Real>;

/** A named command, what it does, and when it is possible. */
function command(
  title: string,
  run: (model: Model, real: Real) => void,
  check: (model: Readonly<Model>) => boolean = () => true,
): Command {
  return {
    check,
    run: (model, real) => {
      run(model, real);
      for (const [name, { exists, life, isConnected }] of model.clients) {
        expect(real.fixture.sessions.has(name), `${name} has a session`).toBe(exists);
        expect(real.client(name).isConnected, `${name} is connected`).toBe(isConnected);
        if (exists) expect(real.client(name).life, `${name}'s sessions`).toBe(life);
      }
      expect([...real.watcher.texts].sort()).toEqual([...model.wills].sort());
    },
    toString: () => title,
  };
}

const name = fc.constantFrom(...CLIENTS);
const qos = fc.constantFrom<Qos>(0, 1, 1, 2, 2);
const isConnected = (who: Name) => (model: Readonly<Model>) => model.clients.get(who)?.isConnected ?? false;

const connect = fc
  .record({
    who: name,
    cleanStart: fc.constantFrom(false, false, false, true),
    expirySeconds: fc.constantFrom(60, 60, 60, 10, 0),
    receiveMaximum: fc.constantFrom(1, 2, 65_535),
    willDelay: fc.option(fc.constantFrom(0, 5, 100)),
  })
  .map(({ who, willDelay, ...options }) =>
    command(`connect ${who} ${JSON.stringify({ ...options, willDelay })}`, (model, real) => {
      const { session, link } = real.client(who);
      const text = `${who} ${++model.serial}`;
      const will =
        willDelay === null ? undefined : { message: new Message('will', text), delaySeconds: willDelay };
      model.connect(who, options.cleanStart, options.expirySeconds, will && { ...will, dueAt: undefined });
      real.client(who).connect({ ...options, ...(will && { will }) });
      if (session && link)
        real.unnoticed.push(() => real.fixture.sessions.leave(session, link, { publishWill: true }));
    }),
  );

const disconnect = fc.tuple(name, fc.constantFrom(true, true, false)).map(([who, isDropped]) =>
  command(
    `${isDropped ? 'drop' : 'goodbye'} ${who}`,
    (model, real) => {
      model.disconnect(who, isDropped);
      real.client(who).disconnect(isDropped);
    },
    isConnected(who),
  ),
);

const noticeLate = fc.constant(
  command('notice old ends', (_model, real) => {
    for (const leave of real.unnoticed.splice(0)) leave();
  }),
);

const pass = fc.constantFrom(1_000, 4_000, 10_000, 10_000, 60_000).map((ms) =>
  command(`pass ${ms} ms`, (model, real) => {
    model.pass(ms);
    real.fixture.clock.pass(ms);
  }),
);

const subscribe = fc
  .tuple(name, fc.constantFrom(...FILTERS, ...SHARES), qos, fc.boolean())
  .map(([who, filter, granted, replays]) =>
    command(
      `subscribe ${who} ${filter} QoS ${granted}${replays ? ', with what is retained' : ''}`,
      (model, real) => {
        const parsed = parseTopicFilter(filter);
        model.client(who).subscriptions.set(filter, granted);
        const { session } = real.client(who);
        const made = session?.subscribe(parsed, { ...PLAIN_TERMS, qos: granted });
        if (made && replays) session?.replay([made.subscription]);
      },
      isConnected(who),
    ),
  );

const unsubscribe = fc.tuple(name, fc.constantFrom(...FILTERS, ...SHARES)).map(([who, filter]) =>
  command(
    `unsubscribe ${who} ${filter}`,
    (model, real) => {
      expect(real.client(who).session?.unsubscribe(filter)).toBe(
        model.client(who).subscriptions.delete(filter),
      );
    },
    isConnected(who),
  ),
);

const publish = fc
  .record({ topic: fc.constantFrom(...TOPICS), qos, retain: fc.boolean() })
  .map(({ topic, ...options }) =>
    command(`publish ${topic} ${JSON.stringify(options)}`, (model, real) => {
      const message = new Message(topic, String(++model.serial), options);
      model.publish(message, 'the hub');
      real.fixture.hub.publish(message);
    }),
  );

const forget = fc.constantFrom(...TOPICS).map((topic) =>
  command(`forget ${topic}`, (model, real) => {
    const message = new Message(topic, '', { retain: true });
    model.publish(message, 'the hub');
    real.fixture.hub.publish(message);
  }),
);

/** A client publishes at QoS 2 and repeats that because it has not received PUBREC: over the same connection, or the next. */
const publishTwice = fc.tuple(name, fc.constantFrom(...TOPICS), fc.boolean()).map(([who, topic, isCut]) =>
  command(
    `${who} publishes ${topic} twice${isCut ? ', cut off in between' : ''}`,
    (model, real) => {
      const client = real.client(who);
      const message = new Message(topic, String(++model.serial), { qos: 2 });
      model.publish(message, who);
      client.session?.publishOnce(1, message);
      if (isCut) {
        const { expirySeconds } = model.client(who);
        model.connect(who, false, expirySeconds, undefined);
        client.connect({ cleanStart: false, expirySeconds, receiveMaximum: 65_535 });
      }
      expect(client.session?.publishOnce(1, message)).toBe(0);
      expect(client.session?.release(1)).toBe(true);
    },
    // If the session does not outlive its connection, the repetition is a new message.
    (model) => isConnected(who)(model) && (!isCut || (model.clients.get(who)?.expirySeconds ?? 0) > 0),
  ),
);

const acknowledge = fc.tuple(name, fc.nat(4), fc.integer({ min: 1, max: 3 })).map(([who, nth, count]) =>
  command(
    `${who} acknowledges ${count}, the ${nth}th first`,
    (_model, real) => {
      for (let n = 0; n < count; n++) real.client(who).acknowledge(nth);
    },
    isConnected(who),
  ),
);

const commands = fc.commands(
  [
    connect,
    connect,
    disconnect,
    noticeLate,
    pass,
    subscribe,
    unsubscribe,
    publish,
    publish,
    publish,
    forget,
    publishTwice,
    acknowledge,
    acknowledge,
    acknowledge,
  ],
  { maxCommands: 80, size: 'max' },
);

/** All clients are connected and subscribe, so that most of what follows matters. */
function begin(model: Model, real: Real): void {
  const wanted = { ana: ['a/#'], bia: ['+/b', SHARES[0]], caio: [SHARES[0], SHARES[1]] } as const;
  for (const who of CLIENTS) {
    model.connect(who, false, 60, undefined);
    real.client(who).connect({ cleanStart: false, expirySeconds: 60, receiveMaximum: 2 });
    for (const filter of wanted[who]) {
      model.client(who).subscriptions.set(filter, 2);
      real.client(who).session?.subscribe(parseTopicFilter(filter), { ...PLAIN_TERMS, qos: 2 });
    }
  }
}

/** All clients reconnect and accept everything that there is for them. */
function settle(model: Model, real: Real): void {
  for (const [who, { exists, expirySeconds }] of model.clients) {
    if (!exists) continue;
    model.connect(who, false, expirySeconds || 60, undefined);
    real.client(who).connect({ cleanStart: false, expirySeconds: expirySeconds || 60, receiveMaximum: 3 });
  }
  let isBusy = true;
  while (isBusy)
    isBusy = [...real.clients.values()]
      .map((client) => client.isConnected && client.acknowledge())
      .includes(true);
}

function receivedBy(real: Real, who: Name, life: number): Received[] {
  return real.client(who).received.filter((received) => received.life === life);
}

function expectNothingLostNorDoubled(model: Model, real: Real): void {
  for (const { message, due } of model.published) {
    for (const { name: who, life, qos: effective } of due) {
      const times = receivedBy(real, who, life).filter(
        (received) => received.message === message && !received.isRetained && !received.isShared,
      ).length;
      const isThere = model.client(who).exists && model.client(who).life === life;
      if (effective === 0 || (isThere && effective > 0))
        expect(times, `${who} got ${message.text}`).toBeGreaterThan(0);
      if (effective !== 1) expect(times, `${who} got ${message.text}`).toBeLessThan(2);
    }
  }
}

function expectNothingUnasked(model: Model, real: Real): void {
  for (const who of CLIENTS) {
    for (const { message, life, isRetained, isShared, qos: effective } of real.client(who).received) {
      if (isRetained || isShared) continue;
      const { due = [] } = model.published.find((published) => published.message === message) ?? {};
      expect(due, `${who} got ${message.text}`).toContainEqual({ name: who, life, qos: effective });
    }
  }
}

function expectOrder(model: Model, real: Real): void {
  const publisherOf = new Map(model.published.map(({ message, publisher }) => [message, publisher]));
  for (const who of CLIENTS) {
    const streams = new Map<string, number[]>();
    for (const { message, qos: effective, life, isRetained, isShared } of real.client(who).received) {
      if (isRetained || isShared || message.isEmpty) continue;
      const key = `${life} ${publisherOf.get(message)} ${message.topic} ${effective}`;
      const stream = streams.get(key) ?? [];
      streams.set(key, stream);
      if (!stream.includes(Number(message.text))) stream.push(Number(message.text)); // Skip duplicates, which QoS 1 allows.
    }
    for (const [key, stream] of streams)
      expect(stream, `${who}, ${key}`).toEqual([...stream].sort((a, b) => a - b));
  }
}

function expectSharesKept(model: Model, real: Real): void {
  if (model.hasAnyEnded) return;
  const all = CLIENTS.flatMap((who) => real.client(who).received).filter(({ isShared }) => isShared);
  for (const { message, shares } of model.published) {
    const heard = all.filter((received) => received.message === message);
    const times = heard.length;
    const safe = shares.filter(
      ({ qosOfMembers }) => qosOfMembers.length > 0 && Math.min(...qosOfMembers) > 0,
    );
    expect(times, `members got ${message.text}`).toBeGreaterThanOrEqual(safe.length);
    // At QoS 1 a member may get a message that another member also gets, if its acknowledgement was lost; so may one that joined later.
    if (!heard.some(({ qos }) => qos === 1))
      expect(times, `members got ${message.text}`).toBeLessThanOrEqual(shares.length);
  }
}

/** A client that subscribes now gets each retained message exactly once, and no other message. */
function expectRetained(model: Model, real: Real): void {
  const last = real.client('ana');
  last.connect({ cleanStart: true, expirySeconds: 0, receiveMaximum: 1 });
  const made = last.session?.subscribe(parseTopicFilter('#'), { ...PLAIN_TERMS, qos: 2 });
  if (made) last.session?.replay([made.subscription]);
  while (last.acknowledge());
  const heard = receivedBy(real, 'ana', last.life);
  expect(heard.every(({ isRetained }) => isRetained)).toBe(true);
  expect(new Set(heard.map(({ message }) => message))).toEqual(new Set(model.retained.values()));
  expect(heard).toHaveLength(model.retained.size);
}

function expectNothingLeft(real: Real): void {
  expect(real.fixture.sessions.counters).toMatchObject({ queuedMessages: 0, queuedBytes: 0, dropped: 0 });
  real.fixture.sessions.dispose();
  expect(real.fixture.sessions.counters).toMatchObject({ inFlightBytes: 0, sessionBytes: 0 });
  expect([real.fixture.sessions.size, real.fixture.hub.subscriptionCount]).toEqual([0, 1]);
  expect(real.fixture.clock.actions.filter(({ closed }) => !closed)).toEqual([]);
}

describe('Sessions', () => {
  it('lose nothing, double nothing of QoS 2, keep the order, and end when they should, whatever happens', () => {
    fc.assert(
      fc.property(commands, (sequence) => {
        const model = new Model();
        const real = new Real();
        begin(model, real);
        fc.modelRun(() => ({ model, real }), sequence);
        settle(model, real);
        expectNothingLostNorDoubled(model, real);
        expectNothingUnasked(model, real);
        expectOrder(model, real);
        expectSharesKept(model, real);
        expectRetained(model, real);
        expectNothingLeft(real);
      }),
      { numRuns: 300 },
    );
  });
});
