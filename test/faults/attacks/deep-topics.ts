import { connectBytes, publishBytes, subscribeBytes } from './mqtt-bytes.ts';
import type { Attack, Outcome } from './target.ts';
import { finish, openAll, Wire } from './wire.ts';

const ROUNDS = 50;
/** As deep as a topic can be: 65,535 bytes. (MQTT 5, 1.5.4) */
const ABYSS = 'a/'.repeat(32_767);
const ABYSS_FILTER = '+/'.repeat(32_767);
/** As deep as a hub with its default limits takes; mosquitto takes 200. */
const DEPTH = 32;
const deepTopic = (index: number) =>
  Array.from({ length: DEPTH }, (_, level) => (level === DEPTH - 1 ? `${index}` : 'd')).join('/');
/** Filters that agree with every level of those topics, but for the last. */
const wildFilter = (index: number) =>
  Array.from({ length: DEPTH }, (_, level) =>
    level === DEPTH - 1 ? `none-${index}` : level < 8 && (index >> level) & 1 ? '+' : 'd',
  ).join('/');

/**
 * Topics and filters by four clients. Two send the deepest that there can be; whoever is disconnected comes back. The others send the deepest
 * that are taken.
 */
export const deepTopics: Attack = {
  title: 'deep topics',
  async run({ mqtt }, signal) {
    const wires = await openAll(mqtt, 2);
    const refused = [0, 1].map(() => fall(mqtt, signal));
    await Promise.all(wires.map((wire, index) => burrow(wire, index, signal)));
    const outcomes = [await finish(wires), ...(await Promise.all(refused))];
    return {
      opened: outcomes.reduce((sum, { opened }) => sum + opened, 0),
      ended: outcomes.reduce((sum, { ended }) => sum + ended, 0),
    };
  },
};

/** Sends what is too deep, on one connection after the other if each is ended. */
async function fall(port: number, signal: AbortSignal): Promise<Outcome> {
  const wires: Wire[] = [];
  let wire: Wire | undefined;
  for (let round = 0; round < ROUNDS && !signal.aborted; round++) {
    if (!wire || wire.isClosed) {
      wire = await Wire.open(port);
      wire.ignore();
      wires.push(wire);
      await wire.send(connectBytes(''));
    }
    await wire.send(
      round % 2 === 0 ? publishBytes(ABYSS, 'x', { retain: true }) : subscribeBytes([ABYSS_FILTER]),
    );
    await new Promise(setImmediate); // To hear whether the connection was ended.
  }
  return finish(wires);
}

async function burrow(wire: Wire, client: number, signal: AbortSignal): Promise<void> {
  wire.ignore();
  await wire.send(connectBytes(`deep-${client}`));
  for (let round = 0; round < ROUNDS && !signal.aborted && !wire.isClosed; round++) {
    await wire.send(subscribeBytes([wildFilter(round), `${wildFilter(round)}/#`]));
    for (let index = 0; index < 20; index++) {
      await wire.send(publishBytes(deepTopic(round * 20 + index), 'x', { retain: true }));
    }
  }
}
