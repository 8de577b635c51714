import { expect } from 'vitest';

/** A value that came in, and when, milliseconds. */
export interface Input<T> {
  readonly atMs: number;
  readonly value: T;
}

/** A write: when it began and, unless it never did, when it ended, milliseconds. */
export interface Write<T> {
  readonly value: T;
  readonly startMs: number;
  readonly endMs: number;
}

/** No write begins within an interval of the one before. */
export function expectAtMostOnePerInterval(writes: readonly Write<unknown>[], intervalMs: number): void {
  for (const [previous, next] of neighbours(writes)) {
    expect(next.startMs - previous.startMs).toBeGreaterThanOrEqual(intervalMs);
  }
}

/** No write begins before the one before has ended. */
export function expectNeverTwoInFlight(writes: readonly Write<unknown>[]): void {
  for (const [previous, next] of neighbours(writes)) {
    expect(next.startMs).toBeGreaterThanOrEqual(previous.endMs);
  }
}

/** The first input is written when it comes, and the last in the end. */
export function expectFirstAtOnceAndLastAlways<T>(
  inputs: readonly Input<T>[],
  writes: readonly Write<T>[],
): void {
  expect(writes[0]).toMatchObject({ value: inputs[0]?.value, startMs: inputs[0]?.atMs });
  expect(writes.at(-1)?.value).toEqual(inputs.at(-1)?.value);
}

/** What is written is at each time the newest that has come. */
export function expectLatest<T>(inputs: readonly Input<T>[], writes: readonly Write<T>[]): void {
  for (const { value, startMs } of writes) {
    const before = inputs.filter(({ atMs }) => atMs < startMs).at(-1);
    // What comes at the very time of a write may come before it or after.
    const atThatTime = inputs.filter(({ atMs }) => atMs === startMs);
    expect([before, ...atThatTime].map((input) => input?.value)).toContainEqual(value);
  }
}

/** Nothing is written from a time on. */
export function expectNothingAfter(writes: readonly Write<unknown>[], atMs: number): void {
  expect(writes.filter(({ startMs }) => startMs > atMs)).toEqual([]);
}

/** All values lie within a range, both ends included. */
export function expectWithin(values: readonly number[], min: number, max: number): void {
  for (const value of values) {
    expect(value).toBeGreaterThanOrEqual(min);
    expect(value).toBeLessThanOrEqual(max);
  }
}

function neighbours<T>(items: readonly T[]): [T, T][] {
  return items.slice(1).flatMap((next, index) => {
    const previous = items[index];
    return previous === undefined ? [] : [[previous, next] as [T, T]];
  });
}
