import { connectBytes, publishBytes, subscribeBytes } from './mqtt-bytes.ts';
import type { Attack } from './target.ts';
import { finish, Wire } from './wire.ts';

const MIB = 2 ** 20;
/** Messages that together are larger than a hub retains by default. */
const LARGE = { count: 140, bytes: 2 * MIB - 1024 };
/** A message that grows, byte by byte, fills the rest. */
const GROWN = { topic: 'full/last', bytes: 2_000 };
const UPTIME = '$SYS/broker/uptime';

/** One client that fills the retained messages to the last byte, while the hub itself still has to retain its own reports. */
export const retainedFull: Attack = {
  title: 'retained messages to the last byte',
  async run({ mqtt }, signal) {
    const wire = await Wire.openWith(mqtt, [connectBytes('filler')]);
    const watcher = await Wire.openWith(mqtt, [connectBytes('watcher'), subscribeBytes([UPTIME])]);
    const stop = () => {
      wire.cut();
      watcher.cut();
    };
    signal.addEventListener('abort', stop, { once: true });
    wire.ignore();
    await wire.send(publishBytes(GROWN.topic, 'x', { retain: true }));
    for (const [index, bytes] of sizes().entries()) {
      await wire.send(publishBytes(`full/${index}`, Buffer.alloc(bytes, 'x'), { retain: true }));
    }
    for (let bytes = 2; bytes <= GROWN.bytes; bytes++) {
      await wire.send(publishBytes(GROWN.topic, Buffer.alloc(bytes, 'x'), { retain: true }));
    }
    await watcher.heard(); // The hub publishes its reports every ten seconds.
    await watcher.heard();
    signal.removeEventListener('abort', stop);
    return finish([wire, watcher]);
  },
};

function sizes(): number[] {
  const large = Array.from({ length: LARGE.count }, () => LARGE.bytes);
  const halves = Array.from({ length: 20 }, (_, index) => MIB >> index);
  return [...large, ...halves];
}
