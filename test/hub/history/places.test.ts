import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { History } from '../../../hub/history/history.ts';
import { openHistory } from '../../../hub/history/open-history.ts';
import { MemorySlots } from '../../../hub/history/slot.ts';
import { HOUR_MS, listen, MINUTE_MS, START, useFolder } from '../storage/history/history-fixture.ts';

const folder = useFolder();

/** A history with few places, in virtual time. */
function createFixture(topics: number) {
  const clock = { upMs: 0 };
  const events: string[] = [];
  const history = new History({
    createSlots: (topic) => (topic.startsWith('unfit') ? undefined : new MemorySlots()),
    topics,
    now: () => START + clock.upMs,
    uptimeMs: () => clock.upMs,
    notices: {
      refused: (topic) => events.push(`refused ${topic}`),
      replaced: (silent, by) => events.push(`${silent} gave way to ${by}`),
    },
  });
  const has = async (topic: string) =>
    (await history.read(topic, { fromMs: START - 1, toMs: START + 1000 * HOUR_MS, points: 1 })) !== undefined;
  return { clock, events, history, has };
}

describe('the places of topics', () => {
  it('are limited: a further topic is refused and counted while all other topics are active', async () => {
    const { clock, events, history, has } = createFixture(3);
    for (let minute = 0; minute < 300; minute++) {
      clock.upMs = minute * MINUTE_MS;
      for (const topic of ['a', 'b', 'c', 'd']) history.record(topic, minute);
    }
    expect([history.topicCount, history.refused]).toEqual([3, 300]);
    expect(new Set(events)).toEqual(new Set(['refused d']));
    expect(await has('d')).toBe(false);
  });

  it('go from the topics that have been silent for longest to topics that speak, after an hour of silence', async () => {
    const { clock, events, history, has } = createFixture(3);
    for (const topic of ['a', 'b', 'c']) history.record(topic, 1);
    clock.upMs = 10 * MINUTE_MS;
    history.record('a', 2);
    clock.upMs = HOUR_MS - 1;
    history.record('d', 3);
    clock.upMs = HOUR_MS;
    history.record('d', 4);
    history.record('e', 4);
    history.record('f', 4);
    expect(events).toEqual(['refused d', 'b gave way to d', 'c gave way to e', 'refused f']);
    expect(await Promise.all(['a', 'b', 'c', 'd', 'e'].map(has))).toEqual([true, false, false, true, true]);
  });

  it('do not rotate among active topics, however many there are', () => {
    const { clock, events, history } = createFixture(200);
    for (let minute = 0; minute < 24 * 60; minute += 20) {
      clock.upMs = minute * MINUTE_MS;
      for (let n = 0; n <= 200; n++) history.record(`${n}`, n);
    }
    expect(events.filter((event) => event.includes('gave way'))).toEqual([]);
    expect(history.refused).toBe(72);
  });

  it('go to others twenty at once and then one an hour, however many topics somebody makes up', async () => {
    const { clock, events, history, has } = createFixture(200);
    for (let n = 0; n < 200; n++) history.record(`led/${n}`, n);
    clock.upMs = HOUR_MS;
    for (let n = 0; n < 400; n++) history.record(`made/up/${n}`, n);
    expect(events.filter((event) => event.includes('gave way')).length).toBe(20);
    expect(await Promise.all([19, 20, 199].map((n) => has(`led/${n}`)))).toEqual([false, true, true]);
    for (let minute = 0; minute < 10 * 60; minute++) {
      clock.upMs += MINUTE_MS;
      for (let n = 0; n < 40; n++) history.record(`made/up/${n}`, n);
    }
    expect(events.filter((event) => event.includes('gave way')).length).toBe(30);
    expect(history.topicCount).toBe(200);
  });

  it('are not given up because the time of day was set forward', () => {
    const { clock, events, history } = createFixture(1);
    const ahead = new History({
      createSlots: () => new MemorySlots(),
      topics: 1,
      now: () => START + clock.upMs * 1e6,
      uptimeMs: () => clock.upMs,
      notices: { replaced: () => events.push('gave way') },
    });
    ahead.record('a', 1);
    clock.upMs = MINUTE_MS;
    ahead.record('b', 1);
    expect([events, ahead.topicCount, history.topicCount]).toEqual([[], 1, 0]);
  });

  it('are not given to a topic that cannot have a history', () => {
    const { events, history } = createFixture(3);
    history.record('unfit/1', 1);
    expect([events, history.topicCount, history.refused]).toEqual([['refused unfit/1'], 0, 1]);
  });

  it('are reported in the log when the first topic finds none, and not again', async () => {
    const { log, lines } = listen();
    const history = await openHistory(folder.of('history'), { log, topics: 1 });
    history.record('a', 1);
    for (let n = 0; n < 100; n++) history.record(`b/${n}`, n);
    expect(lines).toEqual([
      expect.stringMatching(/"b\/0" has no history.*1 topics.*pinhub_history_refused_total/),
    ]);
  });
});

describe('a place in a folder', () => {
  it('takes its file along, and counts again from the start of the next hub', async () => {
    const path = folder.of('history');
    const { log, lines } = listen();
    let upMs = 0;
    const options = { log, topics: 2, uptimeMs: () => upMs };
    const first = await openHistory(path, options);
    for (const topic of ['a', 'b']) {
      first.record(topic, 1);
      await first.flush();
    }
    upMs = 5 * HOUR_MS;
    const next = await openHistory(path, options);
    next.record('c', 1);
    expect(next.refused).toBe(1);
    upMs += HOUR_MS;
    next.record('c', 1);
    await next.flush();
    expect(readdirSync(path).sort()).toEqual(['2.ring', '3.ring']);
    expect(lines.at(-1)).toMatch(/"a" was silent for longest.*room.*"c"/);
  });

  it('is refused to a topic whose name has no room in the file', async () => {
    const { log } = listen();
    const history = await openHistory(folder.of('history'), { log });
    history.record('\u0001'.repeat(30_000), 1);
    history.record('"'.repeat(60_000), 1);
    await history.flush();
    expect([history.refused, readdirSync(folder.of('history'))]).toEqual([1, ['1.ring']]);
    const next = await openHistory(folder.of('history'), { log });
    expect(next.topicCount).toBe(1);
  });
});
