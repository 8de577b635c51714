import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { JoinedProgress } from '../../hub/cluster/joined-journal.ts';
import { HubError } from '../../hub/core/error.ts';
import type { Progress } from '../../hub/core/ports.ts';

/** The progress of a journal: the test decides when it becomes safe, or fails. */
class Part implements Progress {
  position = 0;
  #safe = 0;
  #failure: HubError | undefined;
  #waiters: { position: number; then: (failure?: HubError) => void }[] = [];

  isSafe(position: number): boolean {
    return position <= this.#safe;
  }

  whenSafe(position: number, then: (failure?: HubError) => void): void {
    if (this.isSafe(position)) then();
    else if (this.#failure) then(this.#failure);
    else this.#waiters.push({ position, then });
  }

  settle(count: number): void {
    this.#safe = Math.min(this.position, this.#safe + count);
    const due = this.#waiters.filter(({ position }) => this.isSafe(position));
    this.#waiters = this.#waiters.filter(({ position }) => !this.isSafe(position));
    for (const { then } of due) then();
  }

  fail(failure: HubError): void {
    this.#failure = failure;
    for (const { then } of this.#waiters.splice(0)) then(failure);
  }
}

const step = fc.record({
  kind: fc.constantFrom('note' as const, 'settle' as const, 'wait' as const),
  part: fc.constantFrom(0, 1),
  count: fc.integer({ min: 1, max: 3 }),
});

describe('several progresses as one', () => {
  it('are safe up to a position as soon as each is safe up to its own position at that time, and not before', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const parts = [new Part(), new Part()] as const;
        const joined = new JoinedProgress(parts);
        const waits: { at: number[]; position: number; isSafe: boolean }[] = [];
        for (const { kind, part, count } of steps) {
          const one = parts[part] ?? expect.unreachable();
          if (kind === 'note') one.position += count;
          else if (kind === 'settle') one.settle(count);
          else {
            const at = parts.map(({ position }) => position);
            const wait = { at, position: joined.position, isSafe: false };
            waits.push(wait);
            joined.whenSafe(wait.position, (failure) => {
              wait.isSafe = failure === undefined;
            });
          }
          for (const { at, position, isSafe } of waits) {
            const expected = at.every((place, index) => parts[index]?.isSafe(place));
            expect(isSafe).toBe(expected);
            expect(joined.isSafe(position)).toBe(expected);
          }
        }
      }),
    );
  });

  it('tell why one of them cannot be safe', () => {
    const parts = [new Part(), new Part()] as const;
    const joined = new JoinedProgress(parts);
    for (const part of parts) part.position++;
    const told: unknown[] = [];
    joined.whenSafe(joined.position, (failure) => told.push(failure?.code));
    parts[0].settle(1);
    parts[1].fail(new HubError('store/unavailable', 'gone'));
    expect(told).toEqual(['store/unavailable']);
  });
});
