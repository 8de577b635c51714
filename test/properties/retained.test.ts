import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { HubError } from '../../hub/core/error.ts';
import { Message } from '../../hub/core/message.ts';
import { RetainedMessages } from '../../hub/core/retained.ts';
import { filterPath, matches, topicName } from './topic-names.ts';

/** A publish, some milliseconds after the previous one. An empty payload clears the topic; a message with a lifetime disappears by itself. */
const publish = fc.record({
  afterMs: fc.integer({ min: 0, max: 5 }),
  topic: topicName,
  payload: fc.constantFrom('', '1', '22'),
  lifetimeMs: fc.option(fc.integer({ min: 0, max: 20 })),
});

describe('Retained messages', () => {
  it('are what a plain list of last messages has, whatever is stored, forgotten and expires', () => {
    fc.assert(
      fc.property(
        fc.array(publish, { maxLength: 60 }),
        fc.array(filterPath, { maxLength: 10 }),
        fc.integer({ min: 1, max: 12 }),
        (publishes, paths, limit) => {
          const clock = { now: 0 };
          const retained = new RetainedMessages({
            now: () => clock.now,
            limits: { retainedMessages: limit },
          });
          const model = new Map<string, Message>();
          for (const { afterMs, topic, payload, lifetimeMs } of publishes) {
            clock.now += afterMs;
            const expiresAt = lifetimeMs === null ? undefined : clock.now + lifetimeMs;
            const message = new Message(topic, payload, { retain: true, expiresAt });
            for (const [name, kept] of model) if (kept.isExpiredAt(clock.now)) model.delete(name);
            const isFull = payload !== '' && !model.has(topic) && model.size >= limit;
            expect(isRefused(retained, message)).toBe(isFull);
            if (payload === '') model.delete(topic);
            else if (!isFull) model.set(topic, message);
          }
          const alive = [...model.values()].filter((message) => !message.isExpiredAt(clock.now));
          for (const path of paths) {
            const expected = alive.filter(({ topic }) => matches(path, topic));
            expect(new Set(retained.match(path))).toEqual(new Set(expected));
          }
          for (const { topic } of publishes) {
            expect(retained.get(topic)).toBe(alive.find((message) => message.topic === topic));
          }
          for (const { topic } of publishes) retained.delete(topic);
          expect([retained.size, retained.bytes, retained.isEmpty]).toEqual([0, 0, true]);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('are told once each, as they were at the time of the call, unless they have changed since', () => {
    fc.assert(
      fc.property(
        fc.array(topicName, { maxLength: 20 }),
        filterPath,
        fc.array(fc.tuple(topicName, fc.constantFrom('', 'new')), { maxLength: 20 }),
        (topics, path, changes) => {
          const retained = new RetainedMessages({ now: () => 0 });
          const store = (topic: string, text: string) =>
            retained.store(new Message(topic, text, { retain: true }));
          for (const topic of topics) store(topic, 'old');
          const expected = new Set(topics.filter((topic) => matches(path, topic)));
          const told: string[] = [];
          const left = [...changes];
          for (const { topic, text } of retained.match(path)) {
            expect(text).toBe('old');
            told.push(topic);
            const [changed, payload] = left.shift() ?? [];
            if (changed === undefined || payload === undefined) continue;
            store(changed, payload);
            if (!told.includes(changed)) expected.delete(changed);
          }
          expect(told.sort()).toEqual([...expected].sort());
        },
      ),
      { numRuns: 500 },
    );
  });
});

function isRefused(retained: RetainedMessages, message: Message): boolean {
  try {
    retained.store(message);
    return false;
  } catch (error) {
    expect((error as HubError).code).toBe('limit/exceeded');
    return true;
  }
}
