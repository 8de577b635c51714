import fc from 'fast-check';
import { expect, it } from 'vitest';
import { GuessLimiter } from '../../hub/access/guess-limiter.ts';

const account = fc.oneof(fc.constantFrom('ana', 'bia'), fc.string({ maxLength: 200 }));
const address = fc.oneof(fc.constantFrom('10.0.0.1', '10.0.0.2'), fc.ipV4(), fc.ipV6());
const event = fc.record({
  account,
  address,
  kind: fc.constantFrom('failed' as const, 'succeeded' as const),
  afterMs: fc.nat(400_000),
});

it('whatever is tried elsewhere, who was right from an address before may try again from there', () => {
  fc.assert(
    fc.property(fc.array(event, { maxLength: 100 }), (events) => {
      let nowMs = 0;
      const limiter = new GuessLimiter({ now: () => nowMs });
      limiter.succeeded('owner', '10.9.9.9');
      for (const { account, address, kind, afterMs } of events) {
        nowMs += afterMs;
        if (account !== 'owner' || address !== '10.9.9.9') limiter[kind](account, address);
      }
      expect(() => limiter.check('owner', '10.9.9.9')).not.toThrow();
    }),
  );
});

it('nobody waits longer than five minutes', () => {
  fc.assert(
    fc.property(fc.array(event, { maxLength: 100 }), account, address, (events, name, from) => {
      let nowMs = 0;
      const limiter = new GuessLimiter({ now: () => nowMs });
      for (const { account, address, kind, afterMs } of events) {
        nowMs += afterMs;
        limiter[kind](account, address);
      }
      nowMs += 300_000;
      expect(() => limiter.check(name, from)).not.toThrow();
    }),
  );
});
