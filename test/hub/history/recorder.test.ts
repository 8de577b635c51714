import { pino } from 'pino';
import { describe, expect, it, vi } from 'vitest';
import { Hub } from '../../../hub/core/hub.ts';
import { Message } from '../../../hub/core/message.ts';
import { historyName, UPTIME_TOPIC } from '../../../hub/core/ports.ts';
import { parseHistoryChoice } from '../../../hub/history/choice.ts';
import { History } from '../../../hub/history/history.ts';
import { openHistory } from '../../../hub/history/open-history.ts';
import { recordHistory } from '../../../hub/history/recorder.ts';
import { MemorySlots } from '../../../hub/history/slot.ts';
import { openHubServer } from '../../../hub/server.ts';
import { VirtualClock } from '../session/fixture.ts';
import { MINUTE_MS, useFolder } from '../storage/history/history-fixture.ts';

const ACTUAL = 'led/21/duty/actual';
const folder = useFolder();

function createFixture() {
  const clock = new VirtualClock();
  const hub = new Hub({ now: () => clock.now() });
  const slots = new MemorySlots();
  const write = vi.spyOn(slots, 'write');
  const history = new History({
    createSlots: (topic) => (topic === UPTIME_TOPIC ? new MemorySlots() : slots),
  });
  const stop = recordHistory({ hub, history, scheduler: clock });
  return { clock, hub, history, write, stop };
}

/** A recorder that records each topic separately. */
function createSeparate() {
  const clock = new VirtualClock();
  const hub = new Hub({ now: () => clock.now() });
  const history = new History({ createSlots: () => new MemorySlots() });
  recordHistory({ hub, history, scheduler: clock });
  const read = async (topic: string) => {
    const nowMs = Date.now();
    const rows = await history.read(topic, { fromMs: nowMs - MINUTE_MS, toMs: nowMs + 1, points: 1 });
    return rows?.map(([, , , last]) => last);
  };
  return { clock, hub, history, read };
}

describe('the recorder of history', () => {
  it('takes the numbers that are actual, and nothing else', () => {
    const { hub, history } = createFixture();
    for (const text of ['', ' ', 'banana', 'NaN', 'Infinity', '{"a":1}'])
      hub.publish(new Message(ACTUAL, text));
    hub.publish(new Message('led/21/duty', '5'));
    expect(history.has('led/21/duty')).toBe(false);
    expect(history.topicCount).toBe(1); // The record that the hub is up.
    hub.publish(new Message(ACTUAL, '5e1'));
    hub.publish(new Message('lab/2/led/21/duty/actual', '-5'));
    expect(history.has(ACTUAL)).toBe(true);
    expect(history.has('lab/2/led/21/duty/actual')).toBe(true);
  });

  it('takes what was wanted and the status of what is reported, also those from before', async () => {
    const { hub, history, read } = createSeparate();
    const retain = { retain: true };
    hub.publish(new Message('led/21/duty', '5', retain));
    hub.publish(new Message('led/21/status', 'online', retain));
    hub.publish(new Message(ACTUAL, '5', retain));
    expect(await read('led/21/duty')).toEqual([5]);
    expect(await read('led/21/status')).toEqual([1]);
    hub.publish(new Message('led/21/duty', '70', retain));
    hub.publish(new Message('led/21/status', 'offline', retain));
    expect(await read('led/21/duty')).toEqual([70]);
    expect(await read('led/21/status')).toEqual([0]);
    expect(history.has('led/21/transition')).toBe(false);
  });

  it('says each minute that the hub is up', async () => {
    const { clock, read } = createSeparate();
    clock.pass(MINUTE_MS);
    await vi.waitFor(async () => expect(await read(UPTIME_TOPIC)).toEqual([60]));
  });

  it('stores new values once a minute, however many there are', async () => {
    const { clock, hub, write, stop } = createFixture();
    for (let minute = 1; minute <= 3; minute++) {
      for (let n = 0; n < 1000; n++) hub.publish(new Message(ACTUAL, `${n}`));
      clock.pass(MINUTE_MS - 1);
      expect(write).toHaveBeenCalledTimes(minute - 1);
      clock.pass(1);
      await vi.waitFor(() => expect(write).toHaveBeenCalledTimes(minute));
      await new Promise(setImmediate);
    }
    await stop();
    expect(write).toHaveBeenCalledTimes(3);
  });

  it('keeps the rest when it ends, and then receives nothing more', async () => {
    const { hub, write, stop } = createFixture();
    hub.publish(new Message(ACTUAL, '5'));
    await stop();
    expect(write).toHaveBeenCalledTimes(1);
    hub.publish(new Message(ACTUAL, '6'));
    await stop();
    expect(write).toHaveBeenCalledTimes(1);
  });
});

describe('a hub that stops', () => {
  it('leaves the history of its last moment to the next one', async () => {
    const log = pino({ level: 'silent' });
    const open = async () => {
      const history = await openHistory(folder.of('history'), { log });
      return { history, server: await openHubServer({ port: 0, pagesFolder: folder.path, log, history }) };
    };
    const first = await open();
    first.server.hub.publish(new Message(ACTUAL, '42'));
    await first.server.close();
    const next = await open();
    const nowMs = Date.now();
    const rows = await next.history.read(ACTUAL, { fromMs: nowMs - MINUTE_MS, toMs: nowMs, points: 5 });
    expect(rows?.at(-1)?.slice(1)).toEqual([42, 42, 42]);
    await next.server.close();
  });
});

describe('the history that somebody has chosen', () => {
  it('is of numbers, and of fields of JSON, of all topics that a filter matches', async () => {
    const { hub, history, read } = createSeparate();
    hub.publish(new Message('meter/old', '7', { retain: true }));
    const choices = ['meter/+', 'zig/#?color.x', 'zig/#?on'].map(parseHistoryChoice);
    recordHistory({ hub, history, scheduler: new VirtualClock(), choices });
    hub.publish(new Message('meter/new', '8'));
    hub.publish(new Message('meter/new', 'broken'));
    hub.publish(new Message('zig/lamp', '{"color":{"x":0.4},"on":true}'));
    hub.publish(new Message('zig/lamp', '{"color":"red"}'));
    hub.publish(new Message('zig/lamp', '{'));
    expect(await read('meter/old')).toEqual([7]);
    expect(await read('meter/new')).toEqual([8]);
    expect(await read(historyName('zig/lamp', 'color.x'))).toEqual([0.4]);
    expect(await read(historyName('zig/lamp', 'on'))).toEqual([1]);
    expect(history.has('zig/lamp')).toBe(false);
  });

  it.each([
    ['a/#/b', 'filter/invalid'],
    ['a?', 'option/invalid'],
    ['a?b..c', 'option/invalid'],
    ['$share/g/a', 'option/invalid'],
  ])('refuses what is not a filter, or not a field: %s', (text, code) => {
    expect(() => parseHistoryChoice(text)).toThrow(expect.objectContaining({ code }));
  });
});
