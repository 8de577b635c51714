import { below } from '../../random.ts';
import { connectBytes, publishBytes, subscribeBytes } from './mqtt-bytes.ts';
import { type Attack, forSeconds } from './target.ts';
import { finish, openAll, Wire } from './wire.ts';

const CLIENTS = 64;
const FILTERS = 300;
const FILTERS_AT_A_TIME = 20;
const PUBLISHES_PER_SECOND = 4;
/** The shapes of filters, worst first: the attack uses the first one that a hub grants. */
const SHAPES: readonly Shape[] = [
  { levels: 128, wildcards: 127 },
  { levels: 128, wildcards: 8 },
  { levels: 32, wildcards: 31 },
  { levels: 32, wildcards: 8 },
  { levels: 16, wildcards: 15 },
  { levels: 16, wildcards: 8 },
  { levels: 8, wildcards: 7 },
];
const SUBACK_FAILURE = 0x80;

interface Shape {
  readonly levels: number;
  /** The number of levels that may be `+`. */
  readonly wildcards: number;
}

/** Clients that subscribe to filters which match a topic in all levels except the last, with every mixture of `+` and names, and one that publishes. */
export const deepFilters: Attack = {
  title: '64 times 300 deep filters',
  async run({ mqtt }, signal, random) {
    const publisher = await Wire.openWith(mqtt, [connectBytes('deep-publisher')]);
    const shape = await findShape(publisher, random);
    const wires = await openAll(mqtt, CLIENTS);
    await Promise.all(wires.map((wire, index) => subscribeDeep(wire, index, { shape, signal, random })));
    const end = forSeconds(5, signal);
    publisher.ignore();
    for (let serial = 0; !end.aborted && !publisher.isClosed; serial++) {
      await publisher.send(publishBytes(topicOf(shape, serial), 'x'));
      await new Promise((resolve) => setTimeout(resolve, 1000 / PUBLISHES_PER_SECOND));
    }
    return finish([publisher, ...wires]);
  },
};

async function findShape(wire: Wire, random: () => number): Promise<Shape> {
  for (const shape of SHAPES) {
    const answer = wire.heard();
    await wire.send(subscribeBytes([filterOf(shape, 'probe', random)]));
    const granted = (await answer)?.at(-1);
    if (granted !== undefined && granted < SUBACK_FAILURE) return shape;
  }
  return { levels: 8, wildcards: 4 };
}

interface Subscribing {
  readonly shape: Shape;
  readonly signal: AbortSignal;
  readonly random: () => number;
}

async function subscribeDeep(
  wire: Wire,
  index: number,
  { shape, signal, random }: Subscribing,
): Promise<void> {
  await wire.send(connectBytes(`deep-${index}`));
  await wire.heard();
  for (let from = 0; from < FILTERS && !signal.aborted && !wire.isClosed; from += FILTERS_AT_A_TIME) {
    const filters = Array.from({ length: FILTERS_AT_A_TIME }, (_, count) =>
      filterOf(shape, `none-${index}-${from + count}`, random),
    );
    const answer = wire.heard();
    await wire.send(subscribeBytes(filters));
    await answer;
  }
  wire.ignore();
}

function filterOf({ levels, wildcards }: Shape, last: string, random: () => number): string {
  const names = Array.from({ length: levels - 1 }, () => 'd');
  for (let left = wildcards; left > 0; left--) {
    if (random() < 0.5) names[below(names.length, random)] = '+';
  }
  return [...names, last].join('/');
}

function topicOf({ levels }: Shape, serial: number): string {
  return [...Array.from({ length: levels - 1 }, () => 'd'), `${serial}`].join('/');
}
