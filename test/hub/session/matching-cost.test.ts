import { describe, expect, it } from 'vitest';
import { parseTopicFilter } from '../../../hub/core/filter.ts';
import { Hub } from '../../../hub/core/hub.ts';
import { ALL_RIGHTS } from '../../../hub/core/rights.ts';
import { PLAIN_TERMS, type Subscription } from '../../../hub/core/subscription.ts';
import { SubscriptionTree } from '../../../hub/core/subscription-tree.ts';
import { DEFAULT_LIMITS } from '../../../hub/limits/hub-limits.ts';
import type { Session } from '../../../hub/session/session.ts';
import { Sessions } from '../../../hub/session/sessions.ts';
import { VirtualClock } from './fixture.ts';

const LEVELS = DEFAULT_LIMITS.topicLevels;
const TOPIC = Array(LEVELS).fill('a').join('/');

/** A filter that matches `TOPIC`: which levels are `+` is random, but the same each time. */
function wildFilter(index: number, pluses: number): string {
  const names: string[] = Array(LEVELS).fill('a');
  let seed = index + 1;
  for (let placed = 0; placed < pluses; ) {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
    const level = (seed >>> 8) % LEVELS;
    if (names[level] === 'a') placed++;
    names[level] = '+';
  }
  return names.join('/');
}

function open(limits = {}) {
  const clock = new VirtualClock();
  const hub = new Hub({ now: () => clock.now(), limits });
  const sessions = new Sessions({ hub, scheduler: clock, limits });
  const tree = new SubscriptionTree<Subscription>();
  const connect = (clientIdentifier: string, name = 'anyone') => {
    const owner = { name, accountId: '', credentialIds: [], rights: ALL_RIGHTS };
    return sessions.open({ clientIdentifier, cleanStart: true, expirySeconds: 60, owner }).session;
  };
  /** Whether the hub grants it; granted filters are in `tree` too. */
  const ask = (session: Session, filter: string) => {
    try {
      const parsed = parseTopicFilter(filter, LEVELS);
      tree.add(parsed.path, session.subscribe(parsed, PLAIN_TERMS).subscription);
      return true;
    } catch (error) {
      expect(error).toMatchObject({ code: 'limit/exceeded' });
      return false;
    }
  };
  return { hub, tree, connect, ask };
}

describe('The cost of a match', () => {
  it('is bounded when 64 clients have 300 deep filters each, and ordinary filters are still granted', () => {
    const { hub, tree, connect, ask } = open();
    for (let client = 0; client < 64; client++) {
      const session = connect(`deep-${client}`);
      for (let index = 0; index < 300; index++) ask(session, wildFilter(client * 300 + index, 8));
    }
    expect(hub.wildcardNodes).toBeLessThanOrEqual(DEFAULT_LIMITS.wildcardNodes);
    expect(tree.match(TOPIC, () => undefined)).toBeLessThan(DEFAULT_LIMITS.wildcardNodes + 6_017);
    const victim = connect('victim');
    for (const filter of ['led/+/duty', '+/+/status', '#', 'a/#', 'lab/+/led/+/duty/actual']) {
      expect(ask(victim, filter), filter).toBe(true);
    }
  });

  it('leaves accounts with few such filters some room when another account takes all it can', () => {
    const { connect, ask } = open();
    connect('somebody', 'ana');
    const greedy = connect('greedy', 'eve');
    let isRefused = false;
    for (let index = 0; index < 1_000; index++) isRefused = !ask(greedy, wildFilter(index, 8)) || isRefused;
    expect(isRefused).toBe(true);
    const modest = connect('modest', 'ana');
    for (const filter of ['+/+/+/actual', 'homie/+/+/+', 'spBv1.0/+/+/+/+']) {
      expect(ask(modest, filter), filter).toBe(true);
    }
  });

  it('is free again when sessions end', () => {
    const { hub, connect, ask } = open();
    const session = connect('a');
    expect(ask(session, '+/+/+/+/a')).toBe(true);
    expect(hub.wildcardNodes).toBe(3);
    session.unsubscribe('+/+/+/+/a');
    expect(hub.wildcardNodes).toBe(0);
  });

  it('is bounded by limits that errors name', () => {
    const { connect } = open({ wildcardLevels: 3, wildcardNodes: 2 });
    const session = connect('a');
    const subscribe = (filter: string) => session.subscribe(parseTopicFilter(filter), PLAIN_TERMS);
    expect(() => subscribe('+/+/+/+')).toThrow('"+/+/+/+": a filter may have 3 "+" (wildcardLevels)');
    subscribe('+/+/+/a');
    expect(() => subscribe('+/+/+/b')).toThrow('(wildcardNodes)');
    subscribe('$share/group/+/+/+/a'); // Adds no node.
    subscribe('+/+/#');
  });
});
