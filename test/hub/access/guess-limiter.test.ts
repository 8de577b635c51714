import { beforeEach, describe, expect, it } from 'vitest';
import { GuessLimiter } from '../../../hub/access/guess-limiter.ts';
import { networkOf } from '../../../hub/access/network.ts';

let nowMs: number;
let limiter: GuessLimiter;
beforeEach(() => {
  nowMs = 1_000_000;
  limiter = new GuessLimiter({ now: () => nowMs });
});

/** How many guesses somebody gets in who tries as often as is allowed, in so long. */
function guessesWithin(durationMs: number, guess: (count: number) => [account: string, address: string]) {
  const endMs = nowMs + durationMs;
  let count = 0;
  for (; nowMs < endMs; nowMs += 100) {
    while (isAllowed(...guess(count)) && count < 10_000) limiter.failed(...guess(count++));
  }
  return count;
}

function isAllowed(account: string, address: string): boolean {
  try {
    limiter.check(account, address);
    return true;
  } catch {
    return false;
  }
}

describe('one who guesses', () => {
  const HOUR_MS = 3_600_000;

  it('an account from one address gets a few tries, then ever fewer', () => {
    expect(guessesWithin(1_000, () => ['ana', '10.0.0.9'])).toBe(5);
    expect(guessesWithin(HOUR_MS, () => ['ana', '10.0.0.9'])).toBeLessThan(25);
  });

  it('an account from a thousand addresses gets no more', () => {
    const guesses = guessesWithin(HOUR_MS, (count) => ['ana', `10.0.${count % 256}.${count % 7}`]);
    expect(guesses).toBeLessThan(25);
  });

  it('many accounts from one address is held to one a minute', () => {
    const guesses = guessesWithin(HOUR_MS, (count) => [`user-${count}`, '10.0.0.9']);
    expect(guesses).toBeGreaterThan(20);
    expect(guesses).toBeLessThan(20 + 8 + 60);
  });

  it('from the many addresses of one IPv6 network counts as one', () => {
    const guesses = guessesWithin(60_000, (count) => [
      `user-${count}`,
      `2001:db8:1:2::${count.toString(16)}`,
    ]);
    expect(guesses).toBeLessThan(30);
  });

  it('is told how long to wait', () => {
    for (let tried = 0; tried < 7; tried++) limiter.failed('ana', '10.0.0.9');
    expect(() => limiter.check('ana', '10.0.0.9')).toThrow(/again in 4 s/);
    nowMs += 4_000;
    limiter.check('ana', '10.0.0.9');
  });

  it('is forgotten after a quarter of an hour in peace', () => {
    for (let tried = 0; tried < 12; tried++) limiter.failed('ana', '10.0.0.9');
    nowMs += 15 * 60_000;
    expect(guessesWithin(1_000, () => ['ana', '10.0.0.9'])).toBe(5);
  });

  it('does not get more by spelling the name in other ways', () => {
    for (let tried = 0; tried < 5; tried++) limiter.failed('jo\u00e3o', '10.0.0.9');
    expect(isAllowed('joa\u0303o', '10.0.0.10')).toBe(false);
  });

  it('does not clear the count by logging in to an account of their own', () => {
    for (let tried = 0; tried < 30; tried++) {
      limiter.failed(`user-${tried}`, '10.0.0.9');
      limiter.succeeded('eve', '10.0.0.9');
    }
    expect(isAllowed('ana', '10.0.0.9')).toBe(false);
  });
});

describe('the owner of an account', () => {
  it('is not locked out, where they have been before, by those who guess elsewhere', () => {
    limiter.succeeded('ana', '10.0.0.1');
    for (let tried = 0; tried < 1_000; tried++) limiter.failed('ana', `10.1.0.${tried % 200}`);
    expect(isAllowed('ana', '10.0.0.1')).toBe(true);
    expect(isAllowed('ana', '10.0.0.2')).toBe(false);
  });

  it('is not locked out by those who guess other accounts from the same address', () => {
    limiter.succeeded('ana', '10.0.0.1');
    for (let tried = 0; tried < 100; tried++) limiter.failed(`user-${tried}`, '10.0.0.1');
    expect(isAllowed('ana', '10.0.0.1')).toBe(true);
    expect(isAllowed('bia', '10.0.0.1')).toBe(false);
  });

  it('cannot be guessed without end from there either', () => {
    limiter.succeeded('ana', '10.0.0.1');
    expect(guessesWithin(3_600_000, () => ['ana', '10.0.0.1'])).toBeLessThan(25);
  });

  it('has their own mistakes forgiven once they are right', () => {
    limiter.succeeded('ana', '10.0.0.1');
    for (let tried = 0; tried < 5; tried++) limiter.failed('ana', '10.0.0.1');
    nowMs += 1_000;
    limiter.succeeded('ana', '10.0.0.1');
    expect(guessesWithin(900, () => ['ana', '10.0.0.1'])).toBe(5);
  });
});

describe('the network of an address', () => {
  it.each([
    ['192.168.0.7', '192.168.0.7'],
    ['::ffff:192.168.0.7', '192.168.0.7'],
    ['::1', '0:0:0:0'],
    ['2001:db8::1', '2001:db8:0:0'],
    ['2001:0DB8:0001:0002:3:4:5:6', '2001:db8:1:2'],
    ['fe80::1%eth0', 'fe80:0:0:0'],
    ['', ''],
  ])('of %j is %j', (address, network) => {
    expect(networkOf(address)).toBe(network);
  });
});
