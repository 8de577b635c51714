import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseTopicFilter } from '../../../hub/core/filter.ts';
import { Hub } from '../../../hub/core/hub.ts';
import { Message } from '../../../hub/core/message.ts';
import { RouteCache } from '../../../hub/core/route-cache.ts';
import type { Subscription } from '../../../hub/core/subscription.ts';
import { filterPath, matches, topicName } from '../../properties/topic-names.ts';

describe('A cache of routes', () => {
  it('forgets the topics that a changed filter matches, and no others', () => {
    const cache = new RouteCache();
    const topics = ['a', 'a/b', 'a/c', 'x/y', '$SYS/a'];
    const known = () => topics.filter((topic) => cache.get(topic) !== undefined);
    const fill = () => {
      for (const topic of topics) if (!cache.get(topic)) cache.set(topic, []);
    };
    fill();
    cache.forget('a/b');
    expect(known()).toEqual(['a', 'a/c', 'x/y', '$SYS/a']);
    fill();
    cache.forget('a/+');
    expect(known()).toEqual(['a', 'x/y', '$SYS/a']);
    fill();
    cache.forget('#');
    expect(known()).toEqual(['$SYS/a']);
  });

  it('does not trust old routes after many wildcard filters have changed', () => {
    const cache = new RouteCache();
    cache.set('a', []);
    for (let change = 0; change < 100; change++) cache.forget(`x/${change}/#`);
    expect(cache.get('a')).toBeUndefined();
  });

  it('keeps all routes but one when something subscribes to one topic and back, as REST does', () => {
    const cache = new RouteCache();
    for (let index = 0; index < 10_000; index++) cache.set(`topic/${index}`, []);
    for (let index = 0; index < 10_000; index++) cache.forget('led/21/error');
    for (let index = 0; index < 10_000; index++) expect(cache.get(`topic/${index}`)).toEqual([]);
  });
});

describe('A hub with cached routes', () => {
  it('delivers to whoever is subscribed at the moment, whatever came and went before', () => {
    const step = fc.oneof(
      fc.record({ subscribe: filterPath }),
      fc.record({ unsubscribe: fc.nat() }),
      fc.record({ publish: topicName }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
        const hub = new Hub({ now: () => 0 });
        const live: Subscription[] = [];
        for (const one of steps) {
          if ('subscribe' in one) {
            const subscriber = { deliver: () => true };
            live.push(hub.subscribe(subscriber, parseTopicFilter(one.subscribe)));
          } else if ('unsubscribe' in one) {
            const [gone] = live.splice(one.unsubscribe % Math.max(1, live.length), 1);
            if (gone) hub.unsubscribe(gone);
          } else {
            const expected = live.filter(({ filter }) => matches(filter.path, one.publish)).length;
            expect(hub.publish(new Message(one.publish, 'x'))).toBe(expected);
          }
        }
      }),
      { numRuns: 1_000 },
    );
  });
});
