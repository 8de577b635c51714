// The load generator, in its own process. Its parent sends it the workload, the target, and the duration.
import { setTimeout as sleep } from 'node:timers/promises';
import { answerTo, frame, openClient, publishPacket, subscribePacket } from './wire.mjs';

const CLIENTS = 100;
const SLIDER_WARM_UP_MS = 4_000;
const PAYLOAD = Buffer.from('0123456789abcdef');
const TOPIC = 't/000';
const WARM_UP_MS = 500;
/** The time until V8 has compiled the code for single messages: bursts use other code. */
const STEADY_WARM_UP_MS = 10_000;
const RETAINERS = 20;
const WINDOW = 50;
const STEADY_PUBLISHERS = 10;
const ACKNOWLEDGEMENT_BYTES = 4;
const topicOf = (index) => `t/${String(index).padStart(3, '0')}`;

/** The number of messages delivered to all clients. */
let delivered = 0;

process.once('message', async ({ workload, ...options }) => {
  process.send({ result: await WORKLOADS[workload](options) }, () => process.exit());
});

const WORKLOADS = { 'fan-out': fanOut, pairs, 'fan-in': fanIn, sliders, idle, retained, steady, sessions };

/** One publisher to a hundred subscribers: the next burst is sent when all of them have received the last one. */
async function fanOut({ target, qos, burst, seconds }) {
  const publisher = await openClient(target, 'p');
  const subscribers = await openAll(target, CLIENTS, 's');
  const frames = burstOf(TOPIC, qos, burst);
  const next = inRounds(burst * CLIENTS, () => publisher.send(frames));
  for (const subscriber of subscribers) await receive(subscriber, TOPIC, qos, next.arrive);
  return run(next.start, seconds);
}

/** A hundred publishers, each with its own subscriber, which may use another broker: `to`. */
async function pairs({ target, to = target, count = CLIENTS, qos, burst, seconds }) {
  const publishers = await openAll(target, count, 'p');
  const subscribers = await openAll(to, count, 's');
  const starts = [];
  for (const [index, publisher] of publishers.entries()) {
    const frames = burstOf(topicOf(index), qos, burst);
    const next = inRounds(burst, () => publisher.send(frames));
    await receive(subscribers[index], topicOf(index), qos, next.arrive);
    starts.push(next.start);
  }
  return run(() => {
    for (const start of starts) start();
  }, seconds);
}

/** A hundred publishers to one subscriber. */
async function fanIn({ target, qos, burst, seconds }) {
  const publishers = await openAll(target, CLIENTS, 'p');
  const subscriber = await openClient(target, 's');
  const frames = burstOf(TOPIC, qos, burst);
  const next = inRounds(burst * CLIENTS, () => {
    for (const publisher of publishers) publisher.send(frames);
  });
  await receive(subscriber, TOPIC, qos, next.arrive);
  return run(next.start, seconds);
}

/** A closed loop: `send` is called again once all messages of the last call have arrived. */
function inRounds(perRound, send) {
  let missing = 0;
  const start = () => {
    missing += perRound;
    send();
  };
  const arrive = (count) => {
    delivered += count;
    missing -= count;
    if (missing === 0) start();
  };
  return { start, arrive };
}

/** Twenty sliders, each with fifty messages a second, to ten watchers: the delay of each message. */
async function sliders({ target, seconds }) {
  const publishers = await openAll(target, 20, 'p');
  const watchers = await openAll(target, 10, 'w');
  const delays = [];
  const from = performance.now() + SLIDER_WARM_UP_MS;
  for (const watcher of watchers) {
    await answerTo(watcher, subscribePacket('t/+', 0));
    const packets = new Packets(publishPacket(TOPIC, PAYLOAD, 0).length, (bytes, at) => {
      const sentAt = bytes.readDoubleBE(at + 2 + 2 + TOPIC.length);
      if (sentAt > from) delays.push(performance.now() - sentAt);
    });
    watcher.onPayload = (chunk, start, end) => packets.push(chunk, start, end);
  }
  const until = from + seconds * 1000;
  await Promise.all(
    publishers.map(async (publisher, index) => {
      await sleep(index);
      for (let due = performance.now(); due < until; due += 20) {
        await sleep(due - performance.now());
        const payload = Buffer.from(PAYLOAD);
        payload.writeDoubleBE(performance.now());
        publisher.send(frame(publishPacket(topicOf(index), payload, 0)));
      }
    }),
  );
  await sleep(200);
  return { delays: delays.sort((a, b) => a - b) };
}

/** Twenty publishers of retained QoS 1 messages, each with fifty in flight: the number of acknowledgements. */
async function retained({ target, seconds }) {
  const publishers = await openAll(target, RETAINERS, 'p');
  const sends = publishers.map((publisher, index) => publishInWindow(publisher, topicOf(index)));
  return run(() => {
    for (const send of sends) send();
  }, seconds);
}

/** Publishes again whatever is acknowledged, in one write per received chunk; returns a function that sends the first messages. */
function publishInWindow(client, topic) {
  const frames = Array.from({ length: WINDOW }, (_, index) =>
    frame(publishPacket(topic, PAYLOAD, 1, index + 1, { retain: true })),
  );
  let due = [];
  const packets = new Packets(ACKNOWLEDGEMENT_BYTES, (bytes, at) => due.push(frames[bytes[at + 3] - 1]));
  client.onPayload = (chunk, start, end) => packets.push(chunk, start, end);
  client.onChunk = () => {
    if (due.length === 0) return;
    delivered += due.length;
    client.send(Buffer.concat(due));
    due = [];
  };
  return () => client.send(Buffer.concat(frames));
}

/** Publishes QoS 1 messages at a steady rate of `perSecond`: the time until each is acknowledged, and until each reaches a subscriber. */
async function steady({ target, to = target, seconds, retain = false, perSecond = 1_000 }) {
  const publishers = await openAll(target, STEADY_PUBLISHERS, 'p');
  const [subscriber] = await openAll(to, 1, 's');
  const [acknowledged, delays] = [[], []];
  const from = performance.now() + STEADY_WARM_UP_MS;
  const until = from + seconds * 1000;
  await receive(
    subscriber,
    't/+',
    1,
    () => undefined,
    (bytes, at) => {
      const sentAt = bytes.readDoubleBE(at);
      if (sentAt > from) delays.push(performance.now() - sentAt);
    },
  );
  const periodMs = (1000 * STEADY_PUBLISHERS) / perSecond;
  const sending = publishers.map(async (publisher, index) => {
    const sentAt = new Map();
    const packets = new Packets(ACKNOWLEDGEMENT_BYTES, (bytes, at) => {
      const since = sentAt.get(bytes.readUInt16BE(at + 2));
      if (since > from) acknowledged.push(performance.now() - since);
    });
    publisher.onPayload = (chunk, start, end) => packets.push(chunk, start, end);
    let identifier = 0;
    await sleep((index * periodMs) / STEADY_PUBLISHERS);
    for (let due = performance.now(); due < until; due += periodMs) {
      await sleep(due - performance.now());
      identifier = (identifier % 60_000) + 1;
      const payload = Buffer.from(PAYLOAD);
      payload.writeDoubleBE(performance.now());
      sentAt.set(identifier, performance.now());
      publisher.send(frame(publishPacket(topicOf(index), payload, 1, identifier, { retain })));
    }
  });
  await Promise.all(sending);
  await sleep(500);
  const ascending = (numbers) => numbers.sort((a, b) => a - b);
  return { acknowledged: ascending(acknowledged), delays: ascending(delays) };
}

/** Persistent sessions of disconnected clients, with three filters each. */
async function sessions({ target, count }) {
  const together = 200;
  for (let first = 0; first < count; first += together) {
    await Promise.all(
      Array.from({ length: together }, async (_, index) => {
        const client = await openClient(target, `k${first + index}`, { isKept: true });
        for (const topic of ['all', `${first + index}`, `${(first + index) % 100}/x`])
          await answerTo(client, subscribePacket(`k/${topic}`, 1));
        client.socket.destroy();
      }),
    );
  }
  return {};
}

/** Clients that stay connected without traffic, until the parent has measured. */
async function idle({ target, count }) {
  for (let index = 0; index < count; index += 100) await openAll(target, 100, `i${index}-`);
  process.send('connected');
  await new Promise((resolve) => process.once('message', resolve));
  return {};
}

/** Opens clients; several targets are used in turn. */
function openAll(target, count, prefix) {
  const targets = [target].flat();
  return Promise.all(
    Array.from({ length: count }, (_, index) =>
      openClient(targets[index % targets.length], `${prefix}${index}`),
    ),
  );
}

/** A burst of messages, one per frame, each with its own packet identifier. */
function burstOf(topic, qos, burst) {
  return Buffer.concat(
    Array.from({ length: burst }, (_, index) => frame(publishPacket(topic, PAYLOAD, qos, index + 1))),
  );
}

/** Subscribes and counts messages; at QoS 1 it acknowledges each in its own frame. All topics have the length of `TOPIC`. */
async function receive(client, filter, qos, arrive, onPayload = () => undefined) {
  await answerTo(client, subscribePacket(filter, qos));
  const { length } = publishPacket(TOPIC, PAYLOAD, qos);
  if (qos === 0) {
    let bytes = 0;
    client.onPayload = (_chunk, start, end) => {
      bytes += end - start;
      const count = Math.floor(bytes / length);
      bytes -= count * length;
      if (count > 0) arrive(count);
    };
    return;
  }
  let acknowledgements = [];
  const packets = new Packets(length, (bytes, at) => {
    const identifierAt = at + 2 + 2 + TOPIC.length;
    acknowledgements.push(0x82, 0x84, 0, 0, 0, 0, 0x40, 2, bytes[identifierAt], bytes[identifierAt + 1]);
    onPayload(bytes, identifierAt + 2);
  });
  client.onPayload = (chunk, start, end) => packets.push(chunk, start, end);
  // One write per received chunk, however many frames the broker put into it.
  client.onChunk = () => {
    if (acknowledgements.length === 0) return;
    const count = acknowledgements.length / 10;
    client.send(Buffer.from(acknowledgements));
    acknowledgements = [];
    arrive(count);
  };
}

/** Splits a stream into packets of a fixed length. */
class Packets {
  #rest = Buffer.alloc(0);
  #length;
  #onPacket;

  constructor(length, onPacket) {
    this.#length = length;
    this.#onPacket = onPacket;
  }

  push(chunk, start, end) {
    const bytes =
      this.#rest.length === 0
        ? chunk.subarray(start, end)
        : Buffer.concat([this.#rest, chunk.subarray(start, end)]);
    let at = 0;
    for (; at + this.#length <= bytes.length; at += this.#length) this.#onPacket(bytes, at);
    this.#rest = Buffer.from(bytes.subarray(at));
  }
}

/** Runs a workload: first a warm-up, then the measurement. The parent gets a message at the start and end of the measurement. */
async function run(start, seconds) {
  start();
  await sleep(WARM_UP_MS);
  process.send('started');
  const before = { delivered, at: performance.now() };
  await sleep(seconds * 1000);
  process.send('stopped');
  return { delivered: delivered - before.delivered, seconds: (performance.now() - before.at) / 1000 };
}
