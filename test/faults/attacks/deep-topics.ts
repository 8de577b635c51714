import { connectBytes, publishBytes, subscribeBytes } from './mqtt-bytes.ts';
import type { Attack, Outcome } from './target.ts';
import { finish, openAll, Wire } from './wire.ts';

const ROUNDS = 50;
/** As deep as a topic can be: 65,535 bytes. (MQTT 5, 1.5.4) */
const ABYSS = 'a/'.repeat(32_767);
const ABYSS_FILTER = '+/'.repeat(32_767);
/** The deepest that a hub with its default limits accepts; mosquitto accepts 200. */
const DEPTH = 32;
const deepTopic = (index: number) =>
  Array.from({ length: DEPTH }, (_, level) => (level === DEPTH - 1 ? `${index}` : 'd')).join('/');
/** Filters that match every level of those topics except the last. */
const wildFilter = (index: number) =>
  Array.from({ length: DEPTH }, (_, level) =>
    level === DEPTH - 1 ? `none-${index}` : level < 8 && (index >> level) & 1 ? '+' : 'd',
  ).join('/');

/**
 * Topics and filters by four clients. Two send the deepest possible ones and reconnect when they are disconnected. The others send the deepest
 * that are accepted.
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

/** Sends topics or filters that are too deep, over a new connection whenever the broker ends one. */
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
    await new Promise(setImmediate); // Gives time to learn whether the connection was ended.
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
