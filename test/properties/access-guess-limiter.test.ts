import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Remote } from '../../hub/access/access.ts';
import { GuessLimiter } from '../../hub/access/guesses/guess-limiter.ts';
import { createMemoryClients } from '../hub/access/guesses/memory-clients.ts';

const account = fc.oneof(fc.constantFrom('ana', 'bia'), fc.string({ maxLength: 200 }));
const remote = fc.record({
  address: fc.oneof(fc.constantFrom('10.0.0.1', '10.0.0.2'), fc.ipV4(), fc.ipV6()),
  deviceCookie: fc.option(fc.constantFrom('one', 'other'), { nil: undefined }),
});
const event = fc.record({
  account,
  remote,
  kind: fc.constantFrom('failed' as const, 'succeeded' as const),
  afterMs: fc.nat(400_000),
});
const events = fc.array(event, { maxLength: 100 });

const HOUR_MS = 3_600_000;
const HOME = { address: '10.9.9.9', deviceCookie: 'of-owner' };

/** Guesses as soon as it may, and rests now and then. */
class RestingGuesser {
  readonly #limiter: GuessLimiter;
  readonly #remote: Remote;
  readonly #rests: readonly number[];
  #count = 0;
  #restsUntil = 0;

  constructor(limiter: GuessLimiter, address: string, rests: readonly number[]) {
    this.#limiter = limiter;
    this.#remote = { address };
    this.#rests = rests;
  }

  tryAt(nowMs: number): void {
    while (nowMs >= this.#restsUntil && this.#isAllowed()) {
      this.#limiter.failed('ana', this.#remote);
      this.#restsUntil = nowMs + (this.#rests[this.#count++] ?? 0);
    }
  }

  #isAllowed(): boolean {
    try {
      this.#limiter.check('ana', this.#remote);
      return true;
    } catch {
      return false;
    }
  }
}

it.each([
  ['from an address before may try again from there', { address: HOME.address }],
  [
    'in a browser before may try again in it, wherever it is',
    { address: '10.0.0.1', deviceCookie: HOME.deviceCookie },
  ],
])('whatever is tried elsewhere, who was right %s', (_, place) => {
  fc.assert(
    fc.property(events, (events) => {
      let nowMs = 0;
      const known = createMemoryClients();
      const limiter = new GuessLimiter({ now: () => nowMs, known });
      limiter.succeeded('owner', HOME);
      known.addDevice('owner', HOME.deviceCookie);
      for (const { account, remote, kind, afterMs } of events) {
        nowMs += afterMs;
        limiter[kind](account, remote);
        limiter.failed('owner', remote);
      }
      expect(() => limiter.check('owner', place)).not.toThrow();
    }),
  );
});

it('however cleverly four networks guess at an account, its owner may try from a fifth, unknown one', () => {
  const rests = fc.array(fc.oneof({ weight: 5, arbitrary: fc.constant(0) }, fc.nat(7_200_000)), {
    maxLength: 60,
  });
  fc.assert(
    fc.property(fc.tuple(rests, rests, rests, rests), (attackers) => {
      let nowMs = 0;
      const limiter = new GuessLimiter({ now: () => nowMs, known: createMemoryClients() });
      const guessers = attackers.map((rests, index) => new RestingGuesser(limiter, `10.0.0.${index}`, rests));
      for (; nowMs < 6 * HOUR_MS; nowMs += nowMs < HOUR_MS / 3 ? 1_000 : 60_000) {
        for (const guesser of guessers) guesser.tryAt(nowMs);
        expect(() => limiter.check('ana', { address: '10.9.9.9' })).not.toThrow();
      }
    }),
    { numRuns: 30 },
  );
});

it('nobody waits longer than a quarter of an hour', () => {
  fc.assert(
    fc.property(events, account, remote, (events, name, from) => {
      let nowMs = 0;
      const limiter = new GuessLimiter({ now: () => nowMs, known: createMemoryClients() });
      for (const { account, remote, kind, afterMs } of events) {
        nowMs += afterMs;
        limiter[kind](account, remote);
      }
      nowMs += 900_000;
      expect(() => limiter.check(name, from)).not.toThrow();
    }),
  );
});
