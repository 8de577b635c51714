import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type LaneHeader, type LaneMessage, LaneReader, LaneWriter } from '../../hub/cluster/fast-lane.ts';
import { Message } from '../../hub/core/message.ts';

const NOW_MS = 1_000;

/** Two hubs, and the frames that one sends to the other. */
function createLane({ maxBytes = 1_000 } = {}) {
  const frames: Uint8Array[] = [];
  const heard: LaneMessage[] = [];
  const unknown: LaneHeader[] = [];
  const now = () => NOW_MS;
  const send = (frame: Uint8Array) => frames.push(frame);
  const writer = new LaneWriter({ hub: 'a', epoch: 3 }, { maxBytes, send, now });
  const reader = new LaneReader({
    now,
    onMessage: (message) => heard.push(message),
    onUnknown: (from) => unknown.push(from),
  });
  return { writer, reader, frames, heard, unknown };
}

const sent = fc.record({
  topic: fc.constantFrom('x', 'y', 'z'),
  text: fc.string({ maxLength: 5 }),
  serial: fc.option(fc.nat(9), { nil: undefined }),
  share: fc.option(fc.constant('$share/g/x'), { nil: undefined }),
});

const shown = ({ message: { topic, text }, serial, share }: LaneMessage) => ({ topic, text, serial, share });

describe('the fast lane', () => {
  it('delivers messages in order, in frames of a limited length or with one message', () => {
    fc.assert(
      fc.property(fc.array(sent), fc.constantFrom(1, 60, 1_000), (messages, maxBytes) => {
        const { writer, reader, frames, heard, unknown } = createLane({ maxBytes });
        for (const { topic, text, serial, share } of messages)
          writer.add(new Message(topic, text), serial, share);
        writer.flush();
        for (const frame of frames) reader.read(frame);
        expect(heard.map(shown)).toEqual(messages);
        expect(unknown).toEqual([]);
      }),
    );
  });

  it('spells each topic out once', () => {
    const { writer, frames } = createLane();
    const topic = 'a/topic/that/is/rather/long';
    const lengths = [1, 2].map(() => {
      writer.add(new Message(topic, 'x'), undefined, undefined);
      writer.flush();
      return frames.at(-1)?.length ?? 0;
    });
    expect((lengths[0] ?? 0) - (lengths[1] ?? 0)).toBeGreaterThanOrEqual(topic.length);
  });

  it('asks once for lost topic names, skips messages without one, and continues when the names are spelled out again', () => {
    const { writer, reader, frames, heard, unknown } = createLane();
    const say = (text: string) => {
      writer.add(new Message('x', text), undefined, undefined);
      writer.flush();
    };
    for (const text of ['lost', 'without a name', 'without a name']) say(text);
    for (const frame of frames.splice(0).slice(1)) reader.read(frame);
    expect(unknown).toEqual([{ hub: 'a', epoch: 3, generation: 0 }]);
    writer.spellOut();
    say('named');
    for (const frame of frames) reader.read(frame);
    expect(heard.map(({ message }) => message.text)).toEqual(['named']);
  });

  it('never gives a message the topic of another, whichever frames are lost', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(sent, fc.boolean(), fc.boolean())), (messages) => {
        const { writer, reader, frames, heard } = createLane();
        for (const [{ topic }, isLost, isSpelledOut] of messages) {
          if (isSpelledOut) writer.spellOut();
          writer.add(new Message(topic, topic), undefined, undefined);
          writer.flush();
          for (const frame of frames.splice(0)) if (!isLost) reader.read(frame);
        }
        expect(heard.filter(({ message: { topic, text } }) => topic !== text)).toEqual([]);
      }),
    );
  });

  it('skips what is not a frame', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 30 }), (bytes) => {
        createLane().reader.read(bytes);
      }),
    );
  });
});
