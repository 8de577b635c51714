import fc from 'fast-check';
import { expect, it } from 'vitest';
import { boundsOf, pan, type Viewport, zoom } from '../../../../web/dashboard/model/viewport.ts';

const NOW = 1_800_000_000_000;

const viewports = fc.record<Viewport>({
  spanMs: fc.integer({ min: 2000, max: 30 * 86_400_000 }),
  endMs: fc.option(fc.integer({ min: NOW - 10 * 86_400_000, max: NOW - 1 }), { nil: undefined }),
});
const shares = fc.double({ min: 0, max: 0.9, noNaN: true });

it('keeps in place what it zooms at', () => {
  fc.assert(
    fc.property(viewports, fc.double({ min: 0.1, max: 1, noNaN: true }), shares, (before, factor, share) => {
      const fixedMs = boundsOf(before, NOW).fromMs + before.spanMs * share;
      const after = zoom(before, factor, share, NOW);
      expect(boundsOf(after, NOW).fromMs + after.spanMs * share).toBeCloseTo(fixedMs, -1);
    }),
  );
});

it('never shows the future, or more than the hub keeps', () => {
  const steps = fc.array(fc.tuple(fc.boolean(), fc.double({ min: -5, max: 5, noNaN: true }), shares));
  fc.assert(
    fc.property(viewports, steps, (first, all) => {
      const last = all.reduce(
        (viewport, [isZoom, by, share]) =>
          isZoom ? zoom(viewport, 2 ** by, share, NOW) : pan(viewport, by, NOW),
        first,
      );
      const { fromMs, toMs } = boundsOf(last, NOW);
      expect(toMs).toBeLessThanOrEqual(NOW);
      expect(fromMs).toBeGreaterThanOrEqual(NOW - 100 * 86_400_000 - 1);
      expect(last.spanMs).toBeGreaterThanOrEqual(2000);
    }),
  );
});

it('moves on with the time if it is zoomed at its right edge, or moved to now', () => {
  const minute = { spanMs: 60_000, endMs: undefined };
  expect(zoom(minute, 0.5, 1, NOW)).toEqual({ spanMs: 30_000, endMs: undefined });
  expect(pan(minute, -0.5, NOW)).toEqual({ spanMs: 60_000, endMs: NOW - 30_000 });
  expect(pan(pan(minute, -0.5, NOW), 0.6, NOW)).toEqual(minute);
});
