import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Message } from '../../../hub/core/message.ts';
import { PLAIN_TERMS } from '../../../hub/core/subscription.ts';
import { SessionCounters } from '../../../hub/session/context.ts';
import { Delivery } from '../../../hub/session/in-flight.ts';
import { DEFAULT_SESSION_LIMITS } from '../../../hub/session/limits.ts';
import { SessionAccount, Shares } from '../../../hub/session/quotas.ts';
import { WaitingQueue } from '../../../hub/session/waiting.ts';

function open(queuedMessages: number) {
  const counters = new SessionCounters();
  const limits = { ...DEFAULT_SESSION_LIMITS, queuedMessages };
  const shares = new Shares(limits, counters, () => false);
  const queue = new WaitingQueue(new SessionAccount('ana', shares, 0));
  const add = (message: Message, ticket: number) =>
    queue.add(new Delivery(message, PLAIN_TERMS, 1, 0, ticket));
  return { counters, queue, add };
}

describe('A queue of waiting messages', () => {
  it('is what a plain list is, whatever comes, is taken and expires', () => {
    const step = fc.oneof(
      fc.record({ lifetime: fc.option(fc.integer({ min: 1, max: 10 })) }),
      fc.record({ take: fc.constant(true) }),
      fc.record({ removeEach: fc.integer({ min: 1, max: 3 }) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 300 }), fc.integer({ min: 1, max: 5 }), (steps, limit) => {
        const { counters, queue, add } = open(limit);
        let model: { ticket: number; expiresAt: number }[] = [];
        for (const [now, one] of steps.entries()) {
          if ('lifetime' in one) {
            const expiresAt = one.lifetime === null ? undefined : now + one.lifetime;
            const message = new Message('a', 'x', { expiresAt });
            const gone: number[] = [];
            const hasRoom = queue.makeRoomFor(message, now, ({ ticket }) => gone.push(ticket));
            for (const ticket of gone) {
              expect(model.find((other) => other.ticket === ticket)?.expiresAt).toBeLessThanOrEqual(now);
            }
            model = model.filter(({ ticket }) => !gone.includes(ticket));
            expect(hasRoom).toBe(model.length < limit);
            if (!hasRoom) expect(model.every((other) => other.expiresAt > now)).toBe(true);
            if (hasRoom) add(message, now);
            if (hasRoom) model.push({ ticket: now, expiresAt: expiresAt ?? Number.POSITIVE_INFINITY });
          } else if ('take' in one) expect(queue.shift()?.ticket).toBe(model.shift()?.ticket);
          else {
            queue.removeWhere(({ ticket }) => ticket % one.removeEach === 0);
            model = model.filter(({ ticket }) => ticket % one.removeEach !== 0);
          }
          expect([queue.size, counters.queuedMessages]).toEqual([model.length, model.length]);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('makes room for each message without a look at all others when they expire one by one', () => {
    const { queue, add } = open(5_000);
    let asked = 0;
    const push = (now: number) => {
      const message = new Message('a', 'x', { expiresAt: now + 5_000 });
      message.isExpiredAt = (at) => ++asked > 0 && (message.expiresAt ?? 0) <= at;
      expect(queue.makeRoomFor(message, now, () => undefined)).toBe(true);
      add(message, now);
    };
    for (let now = 0; now < 6_000; now++) push(now);
    expect(queue.size).toBe(5_000);
    expect(asked).toBeLessThan(10_000);
  });
});
