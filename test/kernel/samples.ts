import * as fc from 'fast-check';
import type { Change, FileWrite, GuestInput } from './guest/report.ts';

/** Changes of a light, small and large, including both ends. */
const change: fc.Arbitrary<Change> = fc.oneof(
  fc.record({ frequencyHz: fc.double({ min: 0, max: 1e7, noNaN: true }) }),
  fc.record({ frequencyHz: fc.constantFrom(0, 1, 50, 100, 440, 8000, 25_000) }),
  fc.record({ dutyPercent: fc.double({ min: 0, max: 100, noNaN: true }) }),
  fc.record({ dutyPercent: fc.constantFrom(0, 0.001, 50, 99.999, 100) }),
);

/** At 50 MHz a clock lasts 20 ns. The kernel rounds a period to at least two of them, and to less than 2^32. */
const times = [0, 1, 20, 29, 30, 39, 40, 41, 1000, 2000, 1_000_000, 85_899_345_909, 85_899_345_910, 2 ** 37];
const time = fc.constantFrom(...times).map(String);
/** Texts that are not plain numbers. */
const oddText = fc.constantFrom('-1', '1.5', 'x', '0x10', '2');

const write: fc.Arbitrary<FileWrite> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ file: fc.constant('period' as const), text: time }) },
  { weight: 3, arbitrary: fc.record({ file: fc.constant('duty_cycle' as const), text: time }) },
  {
    weight: 2,
    arbitrary: fc.record({ file: fc.constant('enable' as const), text: fc.constantFrom('0', '1') }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ file: fc.constant('export' as const), text: fc.constantFrom('0', '2') }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      file: fc.constantFrom('export', 'period', 'duty_cycle', 'enable') as fc.Arbitrary<FileWrite['file']>,
      text: oddText,
    }),
  },
);

/** Without an export there is no file to write to. */
const sequence = fc
  .array(write, { minLength: 4, maxLength: 10 })
  .map((writes) => [{ file: 'export', text: '0' } as const, ...writes]);

/** The changes and writes of this run: other ones than in the last run. */
export function sampleInput(): GuestInput {
  return { changes: fc.sample(change, 25), sequences: fc.sample(sequence, 25) };
}
