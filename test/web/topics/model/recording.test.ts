import fc from 'fast-check';
import { lastValueFrom } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { describe, expect, it } from 'vitest';
import type { TopicEvent } from '../../../../hub/client/api/topic-events.ts';
import { type JsonProperties, Message, type PublishOptions } from '../../../../hub/core/index.ts';
import { describeMessage } from '../../../../hub/gateways/http/lists.ts';
import {
  parseJsonLines,
  Recording,
  RecordingFault,
  toCsv,
  toJsonLines,
} from '../../../../web/topics/model/recording.ts';
import { replay } from '../../../../web/topics/model/replay.ts';
import { topicName } from '../../../properties/topic-names.ts';

/** A message in the form in which the hub sends it. */
const message = (
  topic: string,
  payload: string | Uint8Array,
  { retain = false, ...options }: Omit<PublishOptions, 'expirySeconds'> = {},
): TopicEvent => {
  const described = describeMessage(new Message(topic, payload, options), 0);
  return { ...described, retained: false, retain };
};

const properties = fc.record(
  {
    contentType: fc.string(),
    responseTopic: topicName,
    correlationData: fc.uint8Array(),
    userProperties: fc.array(fc.tuple(fc.string(), fc.string())),
  },
  { requiredKeys: [] },
);

describe('A recording', () => {
  it('is read again as it was written: text and bytes, with quality of service and properties', () => {
    const payload = fc.oneof(fc.string(), fc.uint8Array());
    const options = fc.record({ retain: fc.boolean(), qos: fc.constantFrom(0, 1, 2), properties });
    fc.assert(
      fc.property(fc.array(fc.tuple(payload, options, fc.nat())), (all) => {
        const recording = new Recording();
        for (const [one, how, time] of all) recording.add(message('a/b', one, how), time);
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
    '{"topic":"a","payload":"","qos":3}',
    '{"topic":"a","payload":"","responseTopic":"#"}',
    '{"topic":"a","payload":"","correlationData":"?"}',
    '{"topic":"a","payload":"","userProperties":[["a"]]}',
    '{"topic":"a","payload":"","expiresInSeconds":-1}',
  ])('names the line of an invalid file: %s', (line) => {
    const read = () => parseJsonLines(`{"topic":"a","payload":"1"}\n\n${line}\n`);
    expect(read).toThrow(RecordingFault);
    expect(read).toThrow('line 3 ');
  });

  it('reads lists of REST, too: all of one moment, and retained', () => {
    expect(parseJsonLines('{"topic":"a","payload":"1","qos":0}')).toEqual([
      { time: 0, topic: 'a', payload: '1', retain: true, qos: 0 },
    ]);
  });

  it('has a row for each message as CSV, with quotes where CSV needs them', () => {
    const recording = new Recording();
    recording.add(message('a,b', 'say "no"'), 0);
    const how = { retain: true, qos: 1, properties: { contentType: 'x' } } as const;
    recording.add(message('c', new Uint8Array([0xff]), how), 1_000);
    expect(toCsv(recording.messages)).toBe(
      'time,topic,payload,base64,retain,qos,properties\r\n' +
        '1970-01-01T00:00:00.000Z,"a,b","say ""no""",,false,0,\r\n' +
        '1970-01-01T00:00:01.000Z,c,,/w==,true,1,"{""contentType"":""x""}"\r\n',
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
      qos: 0 as const,
    }));
    const counts: number[] = [];
    const publish = async (topic: string) => void published.push([scheduler.frame, topic]);
    const done = new Promise<void>((complete) =>
      replay(messages, publish, { speed, scheduler }).subscribe({
        next: (count) => counts.push(count),
        complete,
      }),
    );
    // Publishing resolves in a later microtask, and only then is the next message scheduled.
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

  it('is published with all that it had, and with nothing that it had not', async () => {
    const plain = { time: 0, topic: 'a', payload: '1', retain: false, qos: 0 } as const;
    const told: JsonProperties = { contentType: 'x', correlationData: 'AP8=', userProperties: [['a', 'b']] };
    const whole = { ...plain, retain: true, qos: 2, expiresInSeconds: 0, ...told } as const;
    const published: (PublishOptions | undefined)[] = [];
    const publish = async (_topic: string, _payload: unknown, options?: PublishOptions) =>
      void published.push(options);
    await lastValueFrom(replay([plain, whole], publish, { speed: Infinity }));
    const properties = { ...told, correlationData: new Uint8Array([0, 0xff]) };
    expect(published).toEqual([
      { retain: false, qos: 0 },
      { retain: true, qos: 2, expirySeconds: 1, properties },
    ]);
  });
});
