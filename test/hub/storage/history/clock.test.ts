import { describe, expect, it } from 'vitest';
import { openHistory } from '../../../../hub/history/open-history.ts';
import { DAY_MS, HOUR_MS, listen, MINUTE_MS, START, useFolder } from './history-fixture.ts';

const folder = useFolder();

async function createFixture() {
  const clock = { nowMs: START };
  const { log, lines } = listen();
  const history = await openHistory(folder.of('history'), { log, now: () => clock.nowMs });
  const lastMinute = async () => {
    const rows = await history.read('a', {
      fromMs: clock.nowMs - MINUTE_MS,
      toMs: clock.nowMs,
      points: 1200,
    });
    return rows?.map(([, , , last]) => last);
  };
  return { clock, lines, history, lastMinute };
}

describe('history by a clock that is set', () => {
  it('back keeps its times, and continues in tenths of seconds', async () => {
    const { clock, history, lastMinute } = await createFixture();
    for (let n = 0; n < 20; n++) {
      clock.nowMs += 10 * MINUTE_MS;
      history.record('a', 90);
    }
    await history.flush();
    clock.nowMs = START + 5 * MINUTE_MS;
    for (const value of [1, 2, 3]) {
      clock.nowMs += 100;
      history.record('a', value);
    }
    expect(await lastMinute()).toEqual([1, 2, 3]);
    await history.flush();
    expect(await lastMinute()).toEqual([1, 2, 3]);
  });

  it('back before the start of the hub goes on in tenths of seconds a minute later', async () => {
    const first = await createFixture();
    first.history.record('a', 4);
    await first.history.flush();
    const { clock, history, lastMinute } = await createFixture();
    clock.nowMs = START - DAY_MS;
    history.record('a', 5);
    clock.nowMs += 2 * MINUTE_MS;
    for (const value of [1, 2, 3]) {
      clock.nowMs += 100;
      history.record('a', value);
    }
    expect(await lastMinute()).toEqual([5, 1, 2, 3]);
  });

  it('forward begins with what it was before', async () => {
    const { clock, history, lastMinute } = await createFixture();
    history.record('a', 5);
    await history.flush();
    clock.nowMs += 50 * DAY_MS;
    expect(await lastMinute()).toEqual([5]);
    history.record('a', 6);
    expect(await lastMinute()).toEqual([5, 6]);
  });

  it('right again replaces values with a wrong time', async () => {
    const { clock, history, lastMinute } = await createFixture();
    clock.nowMs = START + 3650 * DAY_MS;
    for (let n = 0; n < 8_000; n++) {
      clock.nowMs += 1000;
      history.record('a', 50);
    }
    await history.flush();
    clock.nowMs = START;
    history.record('a', 7);
    await history.flush();
    expect(await lastMinute()).toEqual([7]);
    const hour = await history.read('a', { fromMs: START - HOUR_MS, toMs: START + HOUR_MS, points: 5000 });
    expect(hour).toEqual([[START, 7, 7, 7]]);
  });

  it.each([
    ['past what a file can say', Date.UTC(2107, 0, 1)],
    ['at the beginning of time', 0],
  ])('%s is reported once, and stops nothing else from being kept', async (_when, nowMs) => {
    const { clock, lines, history, lastMinute } = await createFixture();
    clock.nowMs = nowMs;
    for (let n = 0; n < 3; n++) history.record('a', 1);
    await history.flush();
    clock.nowMs = START;
    history.record('a', 2);
    await history.flush();
    expect(await lastMinute()).toEqual([2]);
    expect(lines).toEqual([expect.stringMatching(/while the clock is wrong/)]);
  });
});
