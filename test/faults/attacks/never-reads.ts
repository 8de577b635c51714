import { once } from 'node:events';
import { connectBytes, publishBytes, subscribeBytes } from './mqtt-bytes.ts';
import type { Attack, Target } from './target.ts';
import { frame, MQTT_UPGRADE, SOCKET_IO_UPGRADE } from './web-bytes.ts';
import { finish, Wire } from './wire.ts';

const READERS_PER_WAY = 20;
const MESSAGE = Buffer.alloc(64 * 1024, 'x');
/** The data sent to every topic: more than the system's buffers on both sides and the hub's own hold for one client. */
const MESSAGES_PER_TOPIC = 400;
/** Half of the readers subscribe to the same messages. Each other reader has its own topic, so that the hub cannot share buffers. */
const topicOf = (index: number) => (index % 2 === 0 ? 'flood/all' : `flood/${index}`);

/** Clients on every entrance that subscribe and never read. Such a client does not notice that it was cut off, so the attack runs until told to stop. */
export const neverReads: Attack = {
  title: 'clients that never read',
  async run(target, signal) {
    const readers = await openReaders(target);
    const publisher = await Wire.open(target.mqtt);
    publisher.ignore();
    await publisher.send(connectBytes('flood'));
    const topics = [...new Set(readers.map((_, index) => topicOf(index)))];
    for (let count = 0; count < MESSAGES_PER_TOPIC && !signal.aborted; count++) {
      for (const topic of topics) await publisher.send(publishBytes(topic, MESSAGE));
    }
    publisher.cut();
    if (!signal.aborted) await once(signal, 'abort');
    return finish(readers);
  },
};

async function openReaders({ mqtt, pages }: Target): Promise<Wire[]> {
  const ways = [overTcp(mqtt), ...(pages === undefined ? [] : [overWebSocket(pages), overSocketIo(pages)])];
  const indices = Array.from({ length: ways.length * READERS_PER_WAY }, (_, index) => index);
  return Promise.all(
    indices.map(async (index) => {
      const open = ways[index % ways.length] ?? overTcp(mqtt);
      const wire = await open(topicOf(index), index);
      wire.pause();
      return wire;
    }),
  );
}

type Open = (topic: string, index: number) => Promise<Wire>;

function overTcp(port: number): Open {
  return async (topic, index) => {
    const wire = await Wire.open(port);
    await wire.send(connectBytes(`deaf-${index}`));
    await wire.heard();
    // A subscription with QoS 1 fills a queue, if the messages have QoS 1, too.
    await wire.send(subscribeBytes([topic], 1));
    await wire.heard();
    return wire;
  };
}

function overWebSocket(port: number): Open {
  return async (topic, index) => {
    const wire = await Wire.open(port);
    await wire.send(MQTT_UPGRADE);
    await wire.heard();
    await wire.send(frame(connectBytes(`deaf-${index}`)));
    await wire.heard();
    await wire.send(frame(subscribeBytes([topic])));
    await wire.heard();
    return wire;
  };
}

function overSocketIo(port: number): Open {
  return async (topic) => {
    const wire = await Wire.open(port);
    await wire.send(SOCKET_IO_UPGRADE);
    await wire.heard();
    const connected = wire.heardText('40{');
    await wire.send(frame('40'));
    await connected;
    const subscribed = wire.heardText('430[');
    await wire.send(frame(`420${JSON.stringify(['subscribe', topic])}`));
    await subscribed;
    return wire;
  };
}
