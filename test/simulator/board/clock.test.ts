import { describe, expect, it } from 'vitest';
import { createSystemClock, type Timers } from '../../../simulator/board/clock.ts';

/** A machine whose timers fire up to 1 ms early, as Node's do. */
class HastyMachine implements Timers {
  nowMs = 0.25;
  readonly delaysMs: number[] = [];
  #due: { readonly atMs: number; readonly run: () => void } | undefined;

  now(): number {
    return this.nowMs;
  }

  set(run: () => void, delayMs: number): object {
    this.delaysMs.push(delayMs);
    this.#due = { atMs: this.nowMs + Math.max(1, delayMs), run };
    return this.#due;
  }

  clear(timer: unknown): void {
    if (timer === this.#due) this.#due = undefined;
  }

  /** Fires the timer that is set, this much before its time. Returns whether there was one. */
  fire(earlyMs: number): boolean {
    const due = this.#due;
    this.#due = undefined;
    if (!due) return false;
    this.nowMs = due.atMs - earlyMs;
    due.run();
    return true;
  }
}

describe('the clock of the machine', () => {
  it('waits again if a timer comes early, and runs once the time has come', () => {
    const machine = new HastyMachine();
    const clock = createSystemClock(machine);
    const startUs = clock.nowUs();
    const ranAfterUs: number[] = [];
    clock.schedule(20_000, () => ranAfterUs.push(clock.nowUs() - startUs));
    machine.fire(0.75);
    expect(ranAfterUs).toEqual([]);
    machine.fire(0);
    expect(ranAfterUs).toEqual([20_250]);
    expect(machine.fire(0)).toBe(false);
  });

  it('counts a fraction of a millisecond as one to wait for', () => {
    const machine = new HastyMachine();
    const clock = createSystemClock(machine);
    let hasRun = false;
    clock.schedule(1500, () => {
      hasRun = true;
    });
    machine.fire(0.5);
    expect([machine.delaysMs, hasRun]).toEqual([[2], true]);
  });

  it('waits longer than a timer can', () => {
    const machine = new HastyMachine();
    const clock = createSystemClock(machine);
    const dueUs = clock.nowUs() + 3e12;
    let ranUs = 0;
    clock.schedule(3e12, () => {
      ranUs = clock.nowUs();
    });
    while (machine.fire(0.5));
    expect(Math.max(...machine.delaysMs)).toBeLessThan(2 ** 31);
    expect(ranUs).toBeGreaterThanOrEqual(dueUs);
  });

  it('can be told not to wait any longer, also when it has begun to wait again', () => {
    const machine = new HastyMachine();
    const cancel = createSystemClock(machine).schedule(20_000, () => expect.unreachable());
    machine.fire(0.75);
    cancel();
    expect(machine.fire(0)).toBe(false);
  });
});
