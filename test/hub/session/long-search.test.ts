import { describe, expect, it } from 'vitest';
import { parseTopicFilter } from '../../../hub/core/filter.ts';
import { RETAIN, RETAINED } from '../../../hub/core/message.ts';
import type { Rights } from '../../../hub/core/rights.ts';
import { PLAIN_TERMS, type Subscription } from '../../../hub/core/subscription.ts';
import { findRetained } from '../../../hub/session/replay.ts';
import { SLICE_STEPS } from '../../../hub/session/search-queue.ts';
import { type Client, Stage, texts } from './stage.ts';

const HOUSES = 40;
const HITS = texts(HOUSES).map((house) => `r/${house}/hit`);

/** Forty houses of five hundred topics that no filter matches, and one matching topic at the end of each. */
function openLargeStage(): Stage {
  const stage = new Stage();
  for (const house of texts(HOUSES)) {
    for (const text of texts(500)) stage.publish(`r/${house}/${text}`, 'old', 0, { retain: true });
    stage.publish(`r/${house}/hit`, 'old', 0, { retain: true });
  }
  return stage;
}

function ask(client: Client, filters: readonly string[], begin?: () => void): Subscription[] {
  const made = filters.map(
    (filter) => client.session.subscribe(parseTopicFilter(filter), PLAIN_TERMS).subscription,
  );
  client.session.replay(made, begin);
  return made;
}

/** The steps of a replay for these filters; the client is sent nothing. */
function countSteps({ hub }: Stage, { session }: Client, filters: readonly string[]): number {
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
function passUntil(stage: Stage, isDone: () => boolean): number {
  for (let ms = 0; ms < 1_000; ms++) {
    if (isDone()) return ms;
    stage.clock.pass(1);
  }
  return expect.unreachable('it never ends');
}

describe('A long search for retained messages', () => {
  it('is done in pieces, in order, and loses nothing', () => {
    const stage = openLargeStage();
    const client = stage.connect('c');
    ask(client, ['r/+/hit/+', '+/+/+/none', 'r/+/hit', 'r/0/0']);
    expect(topics(client)).toEqual([]);
    const counts = new Set<number>();
    const ms = passUntil(stage, () => counts.add(topics(client).length) && topics(client).includes('r/0/0'));
    expect(ms).toBeGreaterThan(1);
    expect(topics(client)).toEqual([...HITS, 'r/0/0']);
    expect(
      client.link.packets.every((packet) => packet.type === 'publish' && packet.flags === RETAINED),
    ).toBe(true);
  });

  it('sends each message once where filters overlap, and looks at the doubles in pieces too', () => {
    const stage = openLargeStage();
    const client = stage.connect('c');
    ask(client, ['r/#', 'r/+/+', '+/+/+', '+/#', 'r']);
    const all = HOUSES * 501;
    passUntil(stage, () => topics(client).length === all);
    stage.publish('r/0/0', 'live');
    stage.clock.pass(1_000);
    expect(topics(client)).toHaveLength(all + 1);
    expect(new Set(topics(client)).size).toBe(all);
  });

  it('sends what it finds in pieces too', () => {
    const stage = openLargeStage();
    const client = stage.connect('c');
    ask(client, ['r/#']);
    expect(topics(client).length).toBeGreaterThan(400);
    expect(topics(client).length).toBeLessThanOrEqual(SLICE_STEPS);
    passUntil(stage, () => topics(client).length === HOUSES * 501);
  });

  it('takes more steps the more nodes there are of filters that it has to compare with', () => {
    const stage = new Stage();
    for (const text of texts(400)) stage.publish(`a/a/a/a/a/a/a/${text}`, 'old', 0, { retain: true });
    const client = stage.connect('c');
    // All 128 ways to write seven levels as "a" or "+": a topic visits 255 nodes.
    const doubles = texts(128).map((text) =>
      [...Number(text).toString(2).padStart(7, '0')].map((bit) => (bit === '1' ? '+' : 'a')).join('/'),
    );
    const steps = (filters: readonly string[]) => countSteps(stage, client, filters);
    expect(steps([...doubles, '#']) - steps(doubles)).toBeGreaterThan((400 * 255) / 50);
  });

  it('begins at once, though it finds nothing for long', () => {
    const stage = openLargeStage();
    const client = stage.connect('c');
    let begun = 0;
    ask(client, ['+/+/+/none'], () => begun++);
    expect(begun).toBe(1);
    stage.clock.pass(1_000);
    expect(begun).toBe(1);
  });

  it('never sends an old message after a new one of its topic', () => {
    const stage = openLargeStage();
    const client = stage.connect('c');
    ask(client, ['+/+/+/none', '+/+/hit']);
    stage.clock.pass(1);
    const replaced = HITS[HITS.length - 1] ?? '';
    stage.publish(replaced, 'new', 0, { retain: true });
    expect(topics(client)).toEqual([replaced]);
    expect(client.link.packets).toMatchObject([{ message: { text: 'new' }, flags: RETAIN }]);
    passUntil(stage, () => topics(client).length === HITS.length);
    stage.clock.pass(1_000);
    expect(topics(client)).toEqual([replaced, ...HITS.slice(0, -1)]);
  });

  it('shares the turns with those of others, so that a short one need not wait for a long one', () => {
    const stage = openLargeStage();
    const [long, short] = [stage.connect('long'), stage.connect('short')];
    const unfruitful = texts(100).map((text) => `+/+/+/${text}`);
    ask(long, [...unfruitful, 'r/0/hit']);
    ask(short, ['+/0/none', '+/+/+/none', 'r/0/hit']);
    passUntil(stage, () => topics(short).length === 1);
    expect(topics(long)).toEqual([]);
    passUntil(stage, () => topics(long).length === 1);
  });

  it('goes on in its turn alone, however often the client gives cause to look', () => {
    const stage = openLargeStage();
    const client = stage.connect('c');
    ask(client, ['+/+/+/none', 'r/0/hit']);
    for (let n = 0; n < 1_000; n++) client.session.resume();
    expect(topics(client)).toEqual([]);
    passUntil(stage, () => topics(client).length === 1);
  });

  it('ends with the connection, and goes on with the next', () => {
    const stage = openLargeStage();
    const client = stage.connect('c');
    ask(client, ['r/0/hit', '+/+/+/none', 'r/+/hit']);
    stage.clock.pass(1);
    client.drop();
    const before = topics(client);
    expect(before).toEqual(['r/0/hit']);
    stage.clock.pass(1_000);
    expect(topics(client)).toEqual(before);
    const next = stage.connect('c');
    passUntil(stage, () => before.length + topics(next).length === HOUSES);
    expect([...before, ...topics(next)]).toEqual(HITS);
  });

  it('ends with its subscription, and with the session', () => {
    const stage = openLargeStage();
    const client = stage.connect('c');
    ask(client, ['+/+/+/none', 'r/0/hit']);
    client.session.unsubscribe('+/+/+/none');
    stage.clock.pass(1);
    expect(topics(client)).toEqual(['r/0/hit']);
    ask(client, ['+/+/+/none']);
    stage.sessions.dispose();
    expect(stage.clock.actions.filter(({ closed }) => !closed)).toEqual([]);
  });

  it('is done in pieces too where the client may not read what is found', () => {
    const stage = openLargeStage();
    const client = stage.connect('c');
    const rights: Rights = { ...client.session.rights, mayRead: (topic) => topic === HITS[HOUSES - 1] };
    client.session.rights = rights;
    ask(client, ['#']);
    expect(topics(client)).toEqual([]);
    passUntil(stage, () => topics(client).length === 1);
  });
});
