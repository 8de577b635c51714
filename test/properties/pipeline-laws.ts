import { expect } from 'vitest';

/** An input value, and its time, milliseconds. */
export interface Input<T> {
  readonly atMs: number;
  readonly value: T;
}

/** A write: when it began and, unless it never ended, when it ended, milliseconds. */
export interface Write<T> {
  readonly value: T;
  readonly startMs: number;
  readonly endMs: number;
}

/** No write begins within an interval of the previous one. */
export function expectAtMostOnePerInterval(writes: readonly Write<unknown>[], intervalMs: number): void {
  for (const [previous, next] of neighbors(writes)) {
    expect(next.startMs - previous.startMs).toBeGreaterThanOrEqual(intervalMs);
  }
}

/** No write begins before the previous one has ended. */
export function expectNeverTwoInFlight(writes: readonly Write<unknown>[]): void {
  for (const [previous, next] of neighbors(writes)) {
    expect(next.startMs).toBeGreaterThanOrEqual(previous.endMs);
  }
}

/** The first input is written at once, and the last one in the end. */
export function expectFirstAtOnceAndLastAlways<T>(
  inputs: readonly Input<T>[],
  writes: readonly Write<T>[],
): void {
  expect(writes[0]).toMatchObject({ value: inputs[0]?.value, startMs: inputs[0]?.atMs });
  expect(writes.at(-1)?.value).toEqual(inputs.at(-1)?.value);
}

/** Every write has the newest value at that time. */
export function expectLatest<T>(inputs: readonly Input<T>[], writes: readonly Write<T>[]): void {
  for (const { value, startMs } of writes) {
    const before = inputs.filter(({ atMs }) => atMs < startMs).at(-1);
    // An input at the exact time of a write may come before it or after.
    const atThatTime = inputs.filter(({ atMs }) => atMs === startMs);
    expect([before, ...atThatTime].map((input) => input?.value)).toContainEqual(value);
  }
}

/** Nothing is written from a certain time on. */
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

function neighbors<T>(items: readonly T[]): [T, T][] {
  return items.slice(1).flatMap((next, index) => {
    const previous = items[index];
    return previous === undefined ? [] : [[previous, next] as [T, T]];
  });
}
