import fc from 'fast-check';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { checkValue } from '../../devices/check-value.ts';
import { type Bench, createBench } from './bench.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const DEVICES = ['led/21', 'rgb/5-6-13', 'servo/18', 'button/23'];

const text = fc.oneof(
  fc.constantFrom('30', 'trinta', '', '30%', '"30"', '-5', '1e9', 'none', 'blink', '#ff8000', 'ff8000'),
  fc.constantFrom('{"duty":5}', '{"duty":5,"transition":2}', '{"duty":"x"}', '{', 'true', 'x'.repeat(900)),
  fc.string({ maxLength: 12 }),
);

/** The topics on which clients set a value that lasts, as the device says. */
function settableAt(bench: Bench, device: string): string[] {
  const { properties } = JSON.parse(bench.retained(`${device}/info`) ?? '{}');
  return Object.entries<{ settable: boolean; momentary?: boolean }>(properties)
    .filter(([, { settable, momentary = false }]) => settable && !momentary)
    .map(([property]) => `${device}/${property}`);
}

async function isRefused(bench: Bench, path: string, payload: string): Promise<boolean> {
  const error = `${path.slice(0, path.lastIndexOf('/'))}/error {`;
  const before = bench.seen.length;
  await bench.set(path, payload);
  return bench.seen.slice(before).some((line) => line.startsWith(error));
}

const isBad = (path: string, payload: string) => {
  try {
    checkValue(path, payload);
    return false;
  } catch {
    return true;
  }
};

test('refuses what the device itself would refuse, at every property of every kind, and nothing else', async () => {
  const bench = createBench();
  await bench.run(...DEVICES);
  const paths = DEVICES.flatMap((device) => settableAt(bench, device));
  expect(paths.length).toBeGreaterThan(9);
  const law = fc.asyncProperty(fc.constantFrom(...paths), text, async (path, payload) => {
    expect(isBad(path, payload), `${path} ${payload}`).toBe(await isRefused(bench, path, payload));
  });
  await fc.assert(law, { numRuns: 200 });
});

test('names the topic and what is allowed there', () => {
  expect(() => checkValue('led/21/duty', 'trinta')).toThrow(
    'led/21/duty: "trinta" is not a duty cycle, as in 42.5 (percent, 0–100)',
  );
});

test.each(['relay/17/on', 'led/21/duty/more', 'led/21/note', 'notes'])('says nothing of %s', (path) => {
  expect(isBad(path, 'anything')).toBe(false);
});
