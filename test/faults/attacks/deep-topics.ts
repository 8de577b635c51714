import { connectBytes, publishBytes, subscribeBytes } from './mqtt-bytes.ts';
import type { Attack } from './target.ts';
import { finish, openAll, type Wire } from './wire.ts';

const ROUNDS = 50;
/** As deep as a topic can be: 65,535 bytes. (MQTT 5, 1.5.4) */
const ABYSS = 'a/'.repeat(32_767);
/** As deep as a hub with its default limits takes. */
const DEPTH = 32;
const deepTopic = (index: number) =>
  Array.from({ length: DEPTH }, (_, level) => (level === DEPTH - 1 ? `${index}` : 'd')).join('/');
/** Filters that agree with every level of those topics, but for the last. */
const wildFilter = (index: number) =>
  Array.from({ length: DEPTH }, (_, level) =>
    level === DEPTH - 1 ? `none-${index}` : level < 8 && (index >> level) & 1 ? '+' : 'd',
  ).join('/');

/** Topics and filters as deep as can be, by several clients: refused where they are too deep, else taken. */
export const deepTopics: Attack = {
  title: 'deep topics',
  async run({ mqtt }, signal) {
    const wires = await openAll(mqtt, 4);
    await Promise.all(wires.map((wire, index) => burrow(wire, index, signal)));
    return finish(wires);
  },
};

async function burrow(wire: Wire, client: number, signal: AbortSignal): Promise<void> {
  wire.ignore();
  await wire.send(connectBytes(`deep-${client}`));
  for (let round = 0; round < ROUNDS && !signal.aborted && !wire.isClosed; round++) {
    await wire.send(publishBytes(ABYSS, 'x', { retain: true }));
    await wire.send(subscribeBytes(['+/'.repeat(32_767), wildFilter(round), `${wildFilter(round)}/#`]));
    for (let index = 0; index < 20; index++) {
      await wire.send(publishBytes(deepTopic(round * 20 + index), 'x', { retain: true }));
    }
  }
}
