import { firstValueFrom } from 'rxjs';
import { beforeEach, describe, expect, it } from 'vitest';
import { createLocalBus, Hub, type LocalBus } from '../../../../hub/core/index.ts';
import { readLesson } from '../../../../web/class/model/lesson.ts';
import { ClassNews } from '../../../../web/class/model/live.ts';
import { lastFault } from '../../../../web/class/model/seat-fault.ts';

let bus: LocalBus;
let news: ClassNews;
beforeEach(() => {
  const hub = new Hub({ now: () => 0 });
  bus = createLocalBus(hub);
  news = new ClassNews(createLocalBus(hub));
});

const say = (topic: string, text: string) => bus.publish(topic, text, { retain: true });
const light = (seat: string) => firstValueFrom(news.of(seat).light$);
const duty = async (seat: string) => (await light(seat))?.dutyPercent;
const isOn = (seat: string) => firstValueFrom(news.of(seat).isOn$);
const error = (seat: string) => firstValueFrom(news.of(seat).error$);
const lesson = (seat: string) => firstValueFrom(news.of(seat).lesson$);

describe('what is seen of the seats of a class', () => {
  it('is the light of the LED of each that has changed last, within what a light can be', async () => {
    await say('ana/led/20/duty/actual', '90');
    await say('ana/led/21/duty/actual', '40');
    await say('bia/led/21/duty/actual', '250');
    await say('cai/led/21/duty/actual', 'bright');
    expect([await duty('ana'), await duty('bia'), await duty('cai'), await duty('dom')]).toEqual([
      40,
      100,
      0,
      undefined,
    ]);
    await say('ana/led/20/duty/actual', '95');
    expect(await light('ana')).toEqual({ led: '20', dutyPercent: 95 });
    await say('ana/led/20/duty/actual', '');
    expect(await duty('ana')).toBe(40);
    await say('ana/led/21/duty/actual', '');
    expect(await duty('ana')).toBeUndefined();
  });

  it('is not the light of an LED that only repeats its state', async () => {
    await say('ana/led/21/duty/actual', '40');
    await say('ana/led/17/duty/actual', '50');
    await say('ana/led/21/duty/actual', '40');
    expect(await light('ana')).toEqual({ led: '17', dutyPercent: 50 });
  });

  it('is on while one of its devices is', async () => {
    await say('ana/led/21/status', 'online');
    await say('ana/button/23/status', 'online');
    await say('ana/led/21/status', 'offline');
    expect(await isOn('ana')).toBe(true);
    await say('ana/button/23/status', 'offline');
    expect(await isOn('ana')).toBe(false);
  });

  it('is the last error of a device, also if it is not JSON, and never longer than a card', async () => {
    await bus.publish('ana/led/21/error', '{"code":"payload/invalid","message":"no number","payload":"x"}');
    expect(await error('ana')).toMatchObject({ code: 'payload/invalid', message: 'no number' });
    await bus.publish('ana/led/21/error', `null${'!'.repeat(999)}`);
    expect((await error('ana'))?.message).toHaveLength(200);
    expect(await error('bia')).toBeUndefined();
  });

  it('is the open lesson, and none once it is cleared', async () => {
    await say('ana/learn/progress', '{"lesson":"pwm","done":["topics","topics","will"]}');
    expect(await lesson('ana')).toEqual({ lesson: 'pwm', done: 2 });
    expect(await isOn('ana')).toBe(false);
    await say('ana/learn/progress', '');
    expect(await lesson('ana')).toBeUndefined();
  });

  it('is nothing at a seat of the same name that is taken later', async () => {
    await say('ana/led/21/duty/actual', '40');
    news.keep(new Set(['bia']));
    expect(await duty('ana')).toBeUndefined();
  });
});

it.each(['', '{', 'null', '7', '{"lesson":1,"done":[]}', '{"lesson":"a","done":"b"}'])(
  'a lesson is not read from %j',
  (text) => {
    expect(readLesson(text)).toBeUndefined();
  },
);

describe('the last fault of a seat', () => {
  const device = { code: 'a', message: 'of the device', atMs: Date.parse('2026-01-01T10:00:00Z') };
  const refusal = (at: string) => ({ at, code: 'b', message: 'of the hub' });

  it('is the later of what a device and what the hub has refused', () => {
    expect(lastFault(device, refusal('2026-01-01T10:00:01Z'))?.message).toBe('of the hub');
    expect(lastFault(device, refusal('2026-01-01T09:59:59Z'))?.message).toBe('of the device');
    expect(lastFault(device, undefined)).toBe(device);
    expect(lastFault(undefined, undefined)).toBeUndefined();
  });
});
