import fc from 'fast-check';
import { TestScheduler } from 'rxjs/testing';
import { describe, expect, it } from 'vitest';
import { Message } from '../../../../hub/core/index.ts';
import { toBusMessage } from '../../../../hub/core/local-bus.ts';
import {
  parseJsonLines,
  Recording,
  RecordingFault,
  toCsv,
  toJsonLines,
} from '../../../../web/topics/model/recording.ts';
import { replay } from '../../../../web/topics/model/replay.ts';

const message = (topic: string, payload: string | Uint8Array, retain = false) =>
  toBusMessage(new Message(topic, payload, { retain }), false);

describe('A recording', () => {
  it('is read again as it was written, text and bytes', () => {
    const payload = fc.oneof(fc.string(), fc.uint8Array());
    fc.assert(
      fc.property(fc.array(fc.tuple(payload, fc.boolean(), fc.nat())), (all) => {
        const recording = new Recording();
        for (const [one, retain, time] of all) recording.add(message('a/b', one, retain), time);
        expect(parseJsonLines(toJsonLines(recording.messages))).toEqual(recording.messages);
      }),
    );
  });

  it.each([
    '{',
    '{"topic":"a/+","payload":""}',
    '{"topic":"a"}',
    '{"topic":"a","payload":null,"base64":"?"}',
    '[]',
  ])('names the line of a file that is none: %s', (line) => {
    const read = () => parseJsonLines(`{"topic":"a","payload":"1"}\n\n${line}\n`);
    expect(read).toThrow(RecordingFault);
    expect(read).toThrow('line 3 ');
  });

  it('takes what REST lists, too: from one moment, and to be retained', () => {
    expect(parseJsonLines('{"topic":"a","payload":"1","qos":0}')).toEqual([
      { time: 0, topic: 'a', payload: '1', retain: true },
    ]);
  });

  it('has a row for each message as CSV, with quotes where they are needed', () => {
    const recording = new Recording();
    recording.add(message('a,b', 'say "no"'), 0);
    recording.add(message('c', new Uint8Array([0xff]), true), 1_000);
    expect(toCsv(recording.messages)).toBe(
      'time,topic,payload,base64,retain\r\n' +
        '1970-01-01T00:00:00.000Z,"a,b","say ""no""",,false\r\n' +
        '1970-01-01T00:00:01.000Z,c,,/w==,true\r\n',
    );
  });

  it.each([
    [1, [5_000, 5_100, 7_000]],
    [10, [5_000, 5_010, 5_200]],
    [Infinity, [5_000, 5_000, 5_000]],
  ] as const)('is published in its order, with its times at %s times the speed', async (speed, expected) => {
    const scheduler = new TestScheduler(() => undefined);
    scheduler.frame = 5_000;
    const published: [number, string][] = [];
    const messages = [100, 200, 2_100].map((time, index) => ({
      time,
      topic: `${index}`,
      payload: '',
      retain: false,
    }));
    const counts: number[] = [];
    const publish = async (topic: string) => void published.push([scheduler.frame, topic]);
    const done = new Promise<void>((complete) =>
      replay(messages, publish, { speed, scheduler }).subscribe({
        next: (count) => counts.push(count),
        complete,
      }),
    );
    // Publishing resolves in a later microtask, and only then the next message is scheduled.
    let isDone = false;
    void done.then(() => {
      isDone = true;
    });
    while (!isDone) {
      const [next] = scheduler.actions;
      if (next) {
        scheduler.actions.shift();
        scheduler.frame = next.delay;
        next.execute(next.state, next.delay);
      }
      await Promise.resolve();
    }
    expect(published).toEqual(expected.map((frame, index) => [frame, `${index}`]));
    expect(counts).toEqual([1, 2, 3]);
  });
});
