import { setImmediate as turn } from 'node:timers/promises';
import { VirtualAction, VirtualTimeScheduler } from 'rxjs';

/** Time that passes only while `run` is awaited, from one timer to the next. Promises settle in between. */
export class SimulatedTime extends VirtualTimeScheduler {
  constructor() {
    super(VirtualAction, 0);
  }

  /** Lets this many milliseconds pass. */
  async run(ms: number): Promise<void> {
    const end = this.frame + ms;
    await this.runUntil(() => false, end);
    this.frame = end;
  }

  /** Lets time pass until a condition is true, or until the end, milliseconds. */
  async runUntil(isTrue: () => boolean, end = Number.POSITIVE_INFINITY): Promise<void> {
    for (;;) {
      await turn();
      const next = this.actions[0];
      if (isTrue() || !next || next.delay > end) return;
      this.maxFrames = next.delay;
      this.flush();
    }
  }

  /** Lets time pass until a promise settles, and settles like it. */
  async settle<T>(promise: Promise<T>): Promise<T> {
    let isSettled = false;
    const settled = promise.finally(() => {
      isSettled = true;
    });
    settled.catch(() => undefined);
    await this.runUntil(() => isSettled);
    return settled;
  }
}
