import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PinState } from '../../../../web/simulator/model/pin-state.ts';
import { dutyPercentOf, spansOf, type Wave, waveOf } from '../../../../web/simulator/scope/wave.ts';

const pin = (state: Partial<PinState>): PinState => ({
  mode: 'output',
  dutyPercent: 0,
  frequencyHz: 0,
  level: 0,
  pulseUs: 0,
  ...state,
});

describe('the wave of a pin', () => {
  it('is on for its duty cycle of each period', () => {
    expect(waveOf(pin({ dutyPercent: 25, frequencyHz: 800 }))).toEqual({
      kind: 'pulse',
      onUs: 312.5,
      periodUs: 1250,
    });
  });

  it.each<[string, Partial<PinState>, Wave['kind']]>([
    ['0 % is low', { dutyPercent: 0, frequencyHz: 800, level: 1 }, 'low'],
    ['100 % is high', { dutyPercent: 100, frequencyHz: 800 }, 'high'],
    ['held high is high', { level: 1 }, 'high'],
    ['held low is low', { level: 0 }, 'low'],
    ['an input that reads high is high', { mode: 'input', level: 1 }, 'high'],
  ])('%s', (_, state, kind) => {
    expect(waveOf(pin(state)).kind).toBe(kind);
  });

  it("of a servo is its pulse, fifty times a second, whatever the pin's PWM was", () => {
    const wave = waveOf(pin({ pulseUs: 1500, frequencyHz: 800, dutyPercent: 10 }));
    expect(wave).toEqual({ kind: 'pulse', onUs: 1500, periodUs: 20_000 });
    expect(dutyPercentOf(wave)).toBe(7.5);
  });
});

const waves: fc.Arbitrary<Wave> = fc.oneof(
  fc.constantFrom<Wave>({ kind: 'low' }, { kind: 'high' }),
  fc
    .record({
      dutyPercent: fc.double({ min: 0.01, max: 99.99, noNaN: true }),
      frequencyHz: fc.double({ min: 1, max: 50_000, noNaN: true }),
    })
    .map((state) => waveOf(pin(state))),
);

describe("a wave's spans", () => {
  it('cover the time asked for, in order and without gaps, their levels alternating', () => {
    fc.assert(
      fc.property(
        waves,
        fc.integer({ min: -5, max: 5 }),
        fc.integer({ min: 1, max: 40 }),
        (wave, from, length) => {
          const periodUs = wave.kind === 'pulse' ? wave.periodUs : 1000;
          const start = from * periodUs * 0.77;
          const end = start + length * periodUs * 0.61;
          const spans = spansOf(wave, start, end);
          expect(spans[0]?.fromUs).toBe(start);
          expect(spans.at(-1)?.toUs).toBe(end);
          for (const [index, span] of spans.entries()) {
            const next = spans[index + 1];
            if (!next) continue;
            expect(next.fromUs).toBeCloseTo(span.toUs, 6);
            expect(next.level).not.toBe(span.level);
          }
        },
      ),
    );
  });

  it('are high for the share of whole periods that the duty cycle says', () => {
    fc.assert(
      fc.property(
        waves,
        fc.integer({ min: 1, max: 50 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (wave, periods, phase) => {
          const periodUs = wave.kind === 'pulse' ? wave.periodUs : 1000;
          const start = phase * periodUs;
          const spans = spansOf(wave, start, start + periods * periodUs);
          const high = spans.reduce((sum, { fromUs, toUs, level }) => sum + level * (toUs - fromUs), 0);
          expect((100 * high) / (periods * periodUs)).toBeCloseTo(dutyPercentOf(wave), 4);
        },
      ),
    );
  });

  it('begin with a rising edge at 0, which is the trigger', () => {
    const spans = spansOf({ kind: 'pulse', onUs: 1, periodUs: 4 }, -4, 4);
    expect(spans.map(({ fromUs, level }) => [fromUs, level])).toEqual([
      [-4, 1],
      [-3, 0],
      [0, 1],
      [1, 0],
    ]);
  });

  it('are empty for an empty time', () => {
    expect(spansOf({ kind: 'high' }, 5, 5)).toEqual([]);
  });
});
