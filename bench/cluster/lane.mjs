// The cost of writing and reading the frames of the fast lane, without the network and without delivery: µs of CPU per message.
import { LaneReader, LaneWriter } from '../../dist/hub/cluster/fast-lane.js';
import { Message } from '../../dist/hub/core/message.js';

const MESSAGES = 1_000_000;
const PAYLOAD = Buffer.from('0123456789abcdef');

/** Measures the cost for frames with this number of messages, each to a different topic. */
export function measureLane(perFrame) {
  const frames = [];
  const now = () => 0;
  const self = { hub: 'a', epoch: 1 };
  const writer = new LaneWriter(self, { maxBytes: 2 ** 20, now, send: (frame) => frames.push(frame) });
  let read = 0;
  const reader = new LaneReader({
    now,
    onMessage: ({ message }) => {
      read += message.length === PAYLOAD.length ? 1 : 0;
    },
    onUnknown: () => undefined,
  });
  const topics = Array.from({ length: perFrame }, (_, index) => `t/${index}`);
  const messages = topics.map((topic) => new Message(topic, PAYLOAD));
  const run = (count) => {
    for (let n = 0; n < count; n += perFrame) {
      for (const message of messages) writer.add(message, undefined, undefined);
      writer.flush();
      for (const frame of frames.splice(0)) reader.read(frame);
    }
  };
  run(MESSAGES / 4); // Warm-up: V8 compiles the code.
  const before = process.cpuUsage();
  read = 0;
  run(MESSAGES);
  const { user, system } = process.cpuUsage(before);
  if (read < MESSAGES) throw new Error('messages are lost on the way from the writer to the reader');
  return (user + system) / read;
}
