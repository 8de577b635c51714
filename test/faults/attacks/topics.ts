import { connectBytes, pingBytes, publishBytes, subscribeBytes } from './mqtt-bytes.ts';
import type { Attack } from './target.ts';
import { finish, Wire } from './wire.ts';

const TOPICS = 100_000;
const SUBSCRIPTIONS = 100_000;
const AT_A_TIME = 500;

/** One client that retains a message on a hundred thousand topics, and subscribes to as many. */
export const topics: Attack = {
  title: '100,000 topics from one client',
  async run({ mqtt }, signal) {
    const wire = await Wire.open(mqtt);
    await wire.send(connectBytes('hoarder'));
    await wire.heard();
    for (let from = 0; from < TOPICS && !signal.aborted && !wire.isClosed; from += AT_A_TIME) {
      const burst = indices(from).map((index) =>
        publishBytes(`hoard/${index % 100}/${index}`, `${index}`.padStart(16), { retain: true }),
      );
      await answered(wire, [...burst, pingBytes()]);
    }
    for (let from = 0; from < SUBSCRIPTIONS && !signal.aborted && !wire.isClosed; from += AT_A_TIME) {
      await answered(wire, [subscribeBytes(indices(from).map((index) => `hoard/+/none/${index}`))]);
    }
    return finish([wire]);
  },
};

function indices(from: number): number[] {
  return Array.from({ length: AT_A_TIME }, (_, index) => from + index);
}

async function answered(wire: Wire, packets: readonly Buffer[]): Promise<void> {
  const answer = wire.heard();
  await wire.send(Buffer.concat(packets));
  await answer;
}
