import { describe, expect, it } from 'vitest';
import { parseTopicFilter } from '../../../hub/core/filter.ts';
import { RETAIN, RETAINED } from '../../../hub/core/message.ts';
import type { Rights } from '../../../hub/core/rights.ts';
import { PLAIN_TERMS, type Subscription } from '../../../hub/core/subscription.ts';
import { findRetained } from '../../../hub/session/replay.ts';
import { SLICE_STEPS } from '../../../hub/session/search-queue.ts';
import { type Client, Fixture, texts } from './fixture.ts';

const HOUSES = 40;
const HITS = texts(HOUSES).map((house) => `r/${house}/hit`);

/** Forty houses of five hundred topics that no filter matches, and one matching topic at the end of each. */
function openLargeFixture(): Fixture {
  const fixture = new Fixture();
  for (const house of texts(HOUSES)) {
    for (const text of texts(500)) fixture.publish(`r/${house}/${text}`, 'old', 0, { retain: true });
    fixture.publish(`r/${house}/hit`, 'old', 0, { retain: true });
  }
  return fixture;
}

function ask(client: Client, filters: readonly string[], begin?: () => void): Subscription[] {
  const made = filters.map(
    (filter) => client.session.subscribe(parseTopicFilter(filter), PLAIN_TERMS).subscription,
  );
  client.session.replay(made, begin);
  return made;
}

/** The steps of a replay for these filters; the client is sent nothing. */
function countSteps({ hub }: Fixture, { session }: Client, filters: readonly string[]): number {
  const subscriptions = filters.map((filter) => ({
    subscriber: session,
    filter: parseTopicFilter(filter),
    terms: PLAIN_TERMS,
  }));
  const found = findRetained(hub.retained, subscriptions, { isCurrent: () => true });
  let steps = 0;
  while (!found.next().done) steps++;
  return steps;
}

function topics({ link }: Client): string[] {
  return link.packets.flatMap((packet) => (packet.type === 'publish' ? [packet.message.topic] : []));
}

/** How many idle milliseconds pass until everything has arrived. */
function passUntil(fixture: Fixture, isDone: () => boolean): number {
  for (let ms = 0; ms < 1_000; ms++) {
    if (isDone()) return ms;
    fixture.clock.pass(1);
  }
  return expect.unreachable('it never ends');
}

describe('A long search for retained messages', () => {
  it('is done in pieces, in order, and loses nothing', () => {
    const fixture = openLargeFixture();
    const client = fixture.connect('c');
    ask(client, ['r/+/hit/+', '+/+/+/none', 'r/+/hit', 'r/0/0']);
    expect(topics(client)).toEqual([]);
    const counts = new Set<number>();
    const ms = passUntil(
      fixture,
      () => counts.add(topics(client).length) && topics(client).includes('r/0/0'),
    );
    expect(ms).toBeGreaterThan(1);
    expect(topics(client)).toEqual([...HITS, 'r/0/0']);
    expect(
      client.link.packets.every((packet) => packet.type === 'publish' && packet.flags === RETAINED),
    ).toBe(true);
  });

  it('sends each message once if filters overlap, and looks at the doubles in pieces too', () => {
    const fixture = openLargeFixture();
    const client = fixture.connect('c');
    ask(client, ['r/#', 'r/+/+', '+/+/+', '+/#', 'r']);
    const all = HOUSES * 501;
    passUntil(fixture, () => topics(client).length === all);
    fixture.publish('r/0/0', 'live');
    fixture.clock.pass(1_000);
    expect(topics(client)).toHaveLength(all + 1);
    expect(new Set(topics(client)).size).toBe(all);
  });

  it('sends what it finds in pieces too', () => {
    const fixture = openLargeFixture();
    const client = fixture.connect('c');
    ask(client, ['r/#']);
    expect(topics(client).length).toBeGreaterThan(400);
    expect(topics(client).length).toBeLessThanOrEqual(SLICE_STEPS);
    passUntil(fixture, () => topics(client).length === HOUSES * 501);
  });

  it('takes more steps the more nodes there are of filters that it has to compare with', () => {
    const fixture = new Fixture();
    for (const text of texts(400)) fixture.publish(`a/a/a/a/a/a/a/${text}`, 'old', 0, { retain: true });
    const client = fixture.connect('c');
    // All 128 ways to write seven levels as "a" or "+": a topic visits 255 nodes.
    const doubles = texts(128).map((text) =>
      [...Number(text).toString(2).padStart(7, '0')].map((bit) => (bit === '1' ? '+' : 'a')).join('/'),
    );
    const steps = (filters: readonly string[]) => countSteps(fixture, client, filters);
    expect(steps([...doubles, '#']) - steps(doubles)).toBeGreaterThan((400 * 255) / 50);
  });

  it('begins at once, even if it finds nothing for long', () => {
    const fixture = openLargeFixture();
    const client = fixture.connect('c');
    let begun = 0;
    ask(client, ['+/+/+/none'], () => begun++);
    expect(begun).toBe(1);
    fixture.clock.pass(1_000);
    expect(begun).toBe(1);
  });

  it('never sends an old message after a new one of its topic', () => {
    const fixture = openLargeFixture();
    const client = fixture.connect('c');
    ask(client, ['+/+/+/none', '+/+/hit']);
    fixture.clock.pass(1);
    const replaced = HITS[HITS.length - 1] ?? '';
    fixture.publish(replaced, 'new', 0, { retain: true });
    expect(topics(client)).toEqual([replaced]);
    expect(client.link.packets).toMatchObject([{ message: { text: 'new' }, flags: RETAIN }]);
    passUntil(fixture, () => topics(client).length === HITS.length);
    fixture.clock.pass(1_000);
    expect(topics(client)).toEqual([replaced, ...HITS.slice(0, -1)]);
  });

  it('shares the turns with those of others, so that a short one need not wait for a long one', () => {
    const fixture = openLargeFixture();
    const [long, short] = [fixture.connect('long'), fixture.connect('short')];
    const unfruitful = texts(100).map((text) => `+/+/+/${text}`);
    ask(long, [...unfruitful, 'r/0/hit']);
    ask(short, ['+/0/none', '+/+/+/none', 'r/0/hit']);
    passUntil(fixture, () => topics(short).length === 1);
    expect(topics(long)).toEqual([]);
    passUntil(fixture, () => topics(long).length === 1);
  });

  it('goes on only in its turn, however often the client gives cause to look', () => {
    const fixture = openLargeFixture();
    const client = fixture.connect('c');
    ask(client, ['+/+/+/none', 'r/0/hit']);
    for (let n = 0; n < 1_000; n++) client.session.resume();
    expect(topics(client)).toEqual([]);
    passUntil(fixture, () => topics(client).length === 1);
  });

  it('ends with the connection, and goes on with the next', () => {
    const fixture = openLargeFixture();
    const client = fixture.connect('c');
    ask(client, ['r/0/hit', '+/+/+/none', 'r/+/hit']);
    fixture.clock.pass(1);
    client.drop();
    const before = topics(client);
    expect(before).toEqual(['r/0/hit']);
    fixture.clock.pass(1_000);
    expect(topics(client)).toEqual(before);
    const next = fixture.connect('c');
    passUntil(fixture, () => before.length + topics(next).length === HOUSES);
    expect([...before, ...topics(next)]).toEqual(HITS);
  });

  it('ends with its subscription, and with the session', () => {
    const fixture = openLargeFixture();
    const client = fixture.connect('c');
    ask(client, ['+/+/+/none', 'r/0/hit']);
    client.session.unsubscribe('+/+/+/none');
    fixture.clock.pass(1);
    expect(topics(client)).toEqual(['r/0/hit']);
    ask(client, ['+/+/+/none']);
    fixture.sessions.dispose();
    expect(fixture.clock.actions.filter(({ closed }) => !closed)).toEqual([]);
  });

  it('is done in pieces too if the client may not read what is found', () => {
    const fixture = openLargeFixture();
    const client = fixture.connect('c');
    const rights: Rights = { ...client.session.rights, mayRead: (topic) => topic === HITS[HOUSES - 1] };
    client.session.rights = rights;
    ask(client, ['#']);
    expect(topics(client)).toEqual([]);
    passUntil(fixture, () => topics(client).length === 1);
  });
});
