import { connectBytes5, expiringBytes, pingBytes } from './mqtt-bytes.ts';
import { type Attack, forSeconds } from './target.ts';
import { finish, Wire } from './wire.ts';

/** As many topics as a hub retains by default. */
const TOPICS = 100_000;
const AT_A_TIME = 500;
const PUBLISHES_AT_A_TIME = 5;

/** One client that retains the maximum number of topics, and continues with more, each of which lives for a second: at any time one has just expired. */
export const expiringRetained: Attack = {
  title: 'retained messages that expire',
  async run({ mqtt }, signal) {
    const wire = await Wire.openWith(mqtt, [connectBytes5('expirer')]);
    for (let from = 0; from < TOPICS && !signal.aborted && !wire.isClosed; from += AT_A_TIME) {
      const topics = Array.from({ length: AT_A_TIME }, (_, index) => `expire/${from + index}`);
      const lives = from < TOPICS - AT_A_TIME ? 3_600 : 1;
      const answer = wire.heard();
      await wire.send(
        Buffer.concat([...topics.map((topic) => expiringBytes(topic, 'x', lives)), pingBytes()]),
      );
      await answer;
    }
    const end = forSeconds(5, signal);
    wire.ignore();
    for (let serial = 0; !end.aborted && !wire.isClosed; serial++) {
      const topics = Array.from({ length: PUBLISHES_AT_A_TIME }, (_, index) => `expire/${serial}/${index}`);
      await wire.send(Buffer.concat(topics.map((topic) => expiringBytes(topic, 'x', 1))));
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    return finish([wire]);
  },
};
