import { below, pick, randomBytes } from '../../random.ts';
import { connectBytes, publishBytes, subscribeBytes } from './mqtt-bytes.ts';
import type { Attack, Target } from './target.ts';
import { frame, MQTT_UPGRADE, requestHead, SOCKET_IO_UPGRADE } from './web-bytes.ts';
import { finish, Wire } from './wire.ts';

/** The number of connections at a time. */
const AT_A_TIME = 32;
const MOST_PIECES = 20;
const MOST_BYTES = 2_000;

/** The opening of a protocol, so that the noise reaches what is behind it. */
interface Door {
  readonly port: number;
  /** Packets that are sent one by one, each after the answer to the previous one. */
  readonly before: readonly (string | Uint8Array)[];
  /** Well-formed packets of the protocol, which the attack damages. */
  readonly samples: readonly [Uint8Array, ...Uint8Array[]];
}

/** Random bytes and nearly well-formed packets on every port, until told to stop. */
export const noise: Attack = {
  title: 'random bytes on every port',
  async run(target, signal, random) {
    const doors = doorsOf(target);
    const sum = { opened: 0, ended: 0 };
    const rustle = async () => {
      while (!signal.aborted) {
        const { opened, ended } = await finish([await visit(pick(doors, random), random)]);
        sum.opened += opened;
        sum.ended += ended;
      }
    };
    await Promise.all(Array.from({ length: AT_A_TIME }, rustle));
    return sum;
  },
};

function doorsOf({ mqtt, pages, pigpiod }: Target): [Door, ...Door[]] {
  const packets = [
    publishBytes('noise', 'x', { qos: 1, retain: true }),
    subscribeBytes(['noise/#', '+/noise'], 1),
    connectBytes('noise'),
  ] as const;
  const doors: [Door, ...Door[]] = [
    { port: mqtt, before: [], samples: packets },
    { port: mqtt, before: [connectBytes('')], samples: packets },
  ];
  if (pages !== undefined) {
    const frames = packets.map(frame) as [Buffer, Buffer, Buffer];
    const requests = [
      Buffer.from(`${requestHead('PUT', '/api/topics/noise', 5)}noise`),
      Buffer.from(
        'GET /api/history/led/21/duty/actual?from=-1000&points=3 HTTP/1.1\r\nHost: localhost\r\n\r\n',
      ),
      Buffer.from(SOCKET_IO_UPGRADE),
    ] as const;
    const events = [
      frame('420["publish","noise","x",{"retain":true}]'),
      frame('421["subscribe",["noise/#"],{"noLocal":true}]'),
      frame('452-["publish",{"_placeholder":true,"num":0}]'),
    ] as const;
    doors.push(
      { port: pages, before: [], samples: requests },
      { port: pages, before: [MQTT_UPGRADE], samples: frames },
      { port: pages, before: [MQTT_UPGRADE, frame(connectBytes(''))], samples: frames },
      { port: pages, before: [SOCKET_IO_UPGRADE], samples: events },
      { port: pages, before: [SOCKET_IO_UPGRADE, frame('40')], samples: events },
    );
  }
  if (pigpiod !== undefined) doors.push({ port: pigpiod, before: [], samples: [Buffer.alloc(16)] });
  return doors;
}

async function visit({ port, before, samples }: Door, random: () => number): Promise<Wire> {
  const wire = await Wire.openWith(port, before);
  wire.ignore();
  for (let left = below(MOST_PIECES, random); left >= 0 && !wire.isClosed; left--) {
    const isNoise = random() < 0.5;
    await wire.send(
      isNoise ? randomBytes(below(MOST_BYTES, random), random) : damaged(pick(samples, random), random),
    );
    await new Promise(setImmediate); // Gives the hub time to read the packet before the next one.
  }
  return wire;
}

/** Changes some bytes of a packet, or cuts its end off. */
function damaged(sample: Uint8Array, random: () => number): Uint8Array {
  const bytes = Buffer.from(sample);
  for (let left = below(4, random); left > 0; left--) {
    bytes[below(bytes.length, random)] = below(256, random);
  }
  return random() < 0.2 ? bytes.subarray(0, below(bytes.length, random)) : bytes;
}
