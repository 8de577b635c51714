import { beforeEach, describe, expect, it } from 'vitest';
import { GuessLimiter } from '../../../../hub/access/guesses/guess-limiter.ts';
import type { HubError } from '../../../../hub/core/error.ts';
import { networkOf } from '../../../../hub/limits/network.ts';
import { createMemoryClients } from './memory-clients.ts';

const HOUR_MS = 3_600_000;

let nowMs: number;
let known: ReturnType<typeof createMemoryClients>;
let limiter: GuessLimiter;
beforeEach(() => {
  nowMs = 1_000_000;
  known = createMemoryClients();
  limiter = new GuessLimiter({ now: () => nowMs, known });
});

type Guess = [account: string, address: string, deviceCookie?: string];

/** How many guesses a client can make within a time if it tries as soon as it may. */
function guessesWithin(durationMs: number, guess: (count: number) => Guess) {
  const endMs = nowMs + durationMs;
  let count = 0;
  while (nowMs < endMs && count < 10_000) {
    const waitMs = waitFor(...guess(count));
    if (waitMs === 0) failed(...guess(count++));
    nowMs += waitMs;
  }
  nowMs = Math.max(nowMs, endMs);
  return count;
}

/** How long a guess must wait, milliseconds. */
function waitFor(account: string, address: string, deviceCookie?: string): number {
  try {
    limiter.check(account, { address, deviceCookie });
    return 0;
  } catch (error) {
    return 1000 * ((error as HubError).retryAfterSeconds ?? Number.NaN);
  }
}

function isAllowed(...guess: Guess): boolean {
  return waitFor(...guess) === 0;
}

function failed(account: string, address: string, deviceCookie?: string): void {
  limiter.failed(account, { address, deviceCookie });
}

function succeeded(account: string, address: string, deviceCookie?: string): void {
  limiter.succeeded(account, { address, deviceCookie });
  if (deviceCookie !== undefined) known.addDevice(account, deviceCookie);
}

describe('a guesser', () => {
  it('at an account from one address gets a few tries, then ever fewer, down to four an hour', () => {
    expect(guessesWithin(1_000, () => ['ana', '10.0.0.9'])).toBe(5);
    expect(guessesWithin(HOUR_MS, () => ['ana', '10.0.0.9'])).toBeLessThan(15);
    expect(guessesWithin(HOUR_MS, () => ['ana', '10.0.0.9'])).toBeLessThanOrEqual(4);
  });

  it('gains nothing by resting between bursts', () => {
    let count = 0;
    for (let hour = 0; hour < 24; hour++) {
      count += guessesWithin(30 * 60_000, () => ['ana', '10.0.0.9']);
      nowMs += 30 * 60_000;
    }
    expect(count).toBeLessThan(24 * 4 + 16);
  });

  it('at an account from a thousand addresses gets no more than twenty tries an hour in the long run', () => {
    const somewhere = (count: number): Guess => ['ana', `10.0.${count % 256}.${count % 7}`];
    expect(guessesWithin(HOUR_MS, somewhere)).toBeLessThanOrEqual(64 + 20);
    expect(guessesWithin(HOUR_MS, somewhere)).toBeLessThanOrEqual(20);
  });

  it('at many accounts from one address is limited to one a minute', () => {
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

  it('with made-up device cookies counts as one', () => {
    const guesses = guessesWithin(60_000, (count) => ['ana', '10.0.0.9', `browser-${count}`]);
    expect(guesses).toBeLessThan(12);
  });

  it('cannot evict counts with made-up names', () => {
    for (let index = 0; index < 64; index++) failed('ana', `10.1.0.${index}`);
    for (let index = 0; index < 12_000; index++) failed(`user-${index}`, `2001:db8:${index.toString(16)}::1`);
    expect(isAllowed('ana', '10.2.0.1')).toBe(false);
    expect(isAllowed('bia', '10.2.0.1')).toBe(true);
  });

  it('is not taken for the owner because of a made-up device cookie', () => {
    succeeded('ana', '10.0.0.1', 'of-ana');
    limiter.succeeded('ana', { address: '10.0.0.1', deviceCookie: 'of-eve' });
    for (let tried = 0; tried < 100; tried++) failed('ana', '10.0.0.9', 'of-eve');
    expect(isAllowed('ana', '10.0.0.9', 'of-eve')).toBe(false);
  });

  it('gets to know how long to wait', () => {
    for (let tried = 0; tried < 7; tried++) failed('ana', '10.0.0.9');
    expect(() => limiter.check('ana', { address: '10.0.0.9' })).toThrow(/again in 4 s/);
    nowMs += 4_000;
    limiter.check('ana', { address: '10.0.0.9' });
  });

  it('is forgiven one failure for each quarter of an hour without any', () => {
    for (let tried = 0; tried < 5; tried++) failed('ana', '10.0.0.9');
    nowMs += 3 * 15 * 60_000;
    expect(guessesWithin(1_000, () => ['ana', '10.0.0.9'])).toBe(3);
  });

  it('gains nothing by other spellings of the name', () => {
    for (let tried = 0; tried < 5; tried++) failed('jo\u00e3o', '10.0.0.9');
    expect(isAllowed('joa\u0303o', '10.0.0.9')).toBe(false);
  });

  it('does not reset the count by logging in to another account', () => {
    for (let tried = 0; tried < 30; tried++) {
      failed(`user-${tried}`, '10.0.0.9');
      succeeded('eve', '10.0.0.9', 'of-eve');
    }
    expect(isAllowed('ana', '10.0.0.9')).toBe(false);
    expect(isAllowed('ana', '10.0.0.9', 'of-eve')).toBe(false);
  });
});

describe('the owner of an account', () => {
  it('is not locked out of a known network by guesses from elsewhere', () => {
    succeeded('ana', '10.0.0.1');
    for (let tried = 0; tried < 1_000; tried++) failed('ana', `10.1.0.${tried % 200}`);
    expect(isAllowed('ana', '10.0.0.1')).toBe(true);
    expect(isAllowed('ana', '10.0.0.2')).toBe(false);
  });

  it('is not locked out of an unknown network by one guesser', () => {
    guessesWithin(24 * HOUR_MS, () => ['ana', '10.0.0.9']);
    expect(isAllowed('ana', '10.0.0.1')).toBe(true);
  });

  it('is not locked out by guesses at other accounts from the same address', () => {
    succeeded('ana', '10.0.0.1');
    for (let tried = 0; tried < 100; tried++) failed(`user-${tried}`, '10.0.0.1');
    expect(isAllowed('ana', '10.0.0.1')).toBe(true);
    expect(isAllowed('bia', '10.0.0.1')).toBe(false);
  });

  it('is not locked out of a known browser by a guesser behind the same router', () => {
    succeeded('ana', '10.0.0.1', 'of-ana');
    for (let tried = 0; tried < 100; tried++) failed('ana', '10.0.0.1', 'of-eve');
    expect(isAllowed('ana', '10.0.0.1', 'of-ana')).toBe(true);
    expect(isAllowed('ana', '10.7.7.7', 'of-ana')).toBe(true);
    expect(isAllowed('ana', '10.0.0.1')).toBe(false);
  });

  it('is protected from endless guesses from there too', () => {
    succeeded('ana', '10.0.0.1', 'of-ana');
    expect(guessesWithin(HOUR_MS, () => ['ana', '10.0.0.1'])).toBeLessThan(25);
    expect(guessesWithin(HOUR_MS, () => ['ana', '10.0.0.1', 'of-ana'])).toBeLessThan(25);
  });

  it('has earlier mistakes forgiven after the right password', () => {
    succeeded('ana', '10.0.0.1');
    for (let tried = 0; tried < 5; tried++) failed('ana', '10.0.0.1');
    nowMs += 1_000;
    succeeded('ana', '10.0.0.1');
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
    ['fe80::1%eth0', 'fe80:0:0:0:0:0:0:1'],
    ['fd12:3456::7', 'fd12:3456:0:0:0:0:0:7'],
    ['fec0::1', 'fec0:0:0:0'],
    ['', ''],
  ])('of %j is %j', (address, network) => {
    expect(networkOf(address)).toBe(network);
  });
});
