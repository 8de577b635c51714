import fc from 'fast-check';
import { expect, it } from 'vitest';
import { abbreviate, Traces } from '../../../hub/gateways/traces.ts';

it('abbreviates any text to a beginning of it, never through a character', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 200 }), (text) => {
      const bytes = Buffer.from(text);
      const { payload, bytes: length } = abbreviate(bytes);
      expect(length).toBe(bytes.length);
      expect(text.startsWith(String(payload))).toBe(true);
      expect(Buffer.byteLength(String(payload))).toBeGreaterThanOrEqual(Math.min(bytes.length, 61));
    }),
  );
});

it('shows bytes that are not text in base64', () => {
  expect(abbreviate(new Uint8Array(100).fill(0xff))).toEqual({
    base64: Buffer.alloc(64, 0xff).toString('base64'),
    bytes: 100,
  });
});

it('is active as long as somebody watches, and notifies only watchers of that client', () => {
  const traces = new Traces();
  const seen: string[] = [];
  const packet = { direction: 'in', packet: 'PINGREQ', details: {} } as const;
  const stop = traces.watch('a', ({ packet: name }) => seen.push(name));
  const stopToo = traces.watch('a', ({ packet: name }) => seen.push(name));
  traces.record('a', packet);
  traces.record('b', packet);
  expect(seen).toHaveLength(2);
  stop();
  stop(); // The second call does nothing.
  expect([traces.isActive, traces.has('a')]).toEqual([true, true]);
  stopToo();
  expect([traces.isActive, traces.has('a')]).toEqual([false, false]);
});
