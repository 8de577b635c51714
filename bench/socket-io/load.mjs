// The load generator: a hundred subscribed Socket.IO clients, and one that publishes a burst as soon as the last one has arrived.
import { setTimeout as sleep } from 'node:timers/promises';
import { frame, openWebSocket } from '../mqtt/wire.mjs';

const CLIENTS = 100;
const BURST = 100;
const PAYLOAD = Buffer.from('0123456789abcdef');
const WARM_UP_MS = 500;

let delivered = 0;

process.once('message', async ({ port, seconds }) => {
  const target = { port, path: '/socket.io/?EIO=4&transport=websocket' };
  const [publisher, ...subscribers] = await Promise.all(
    Array.from({ length: CLIENTS + 1 }, () => openClient(target)),
  );
  const publish = Buffer.concat(
    Array.from({ length: BURST }, () => frame(`42["publish","t/000","${PAYLOAD}"]`)),
  );
  let missing = 0;
  const next = () => {
    missing = BURST * CLIENTS;
    publisher.send(publish);
  };
  for (const subscriber of subscribers) {
    subscriber.onMessages = (count) => {
      delivered += count;
      missing -= count;
      if (missing === 0) next();
    };
    subscriber.send(frame('42["subscribe","t/000"]'));
  }
  await sleep(WARM_UP_MS);
  next();
  await sleep(WARM_UP_MS);
  process.send('started');
  const before = delivered;
  await sleep(seconds * 1000);
  process.send('stopped');
  process.send({ result: { delivered: delivered - before } }, () => process.exit());
});

/** Joins the namespace, answers pings, and counts payloads, including those split between two chunks. */
async function openClient(target) {
  const client = await openWebSocket(target);
  const joined = new Promise((resolve) => {
    client.onPayload = (chunk, start, end) => {
      if (chunk.toString('latin1', start, end).includes('40{')) resolve();
    };
  });
  client.send(frame('40'));
  await joined;
  client.onMessages = () => {};
  let rest = Buffer.alloc(0);
  client.onPayload = (chunk, start, end) => {
    if (end - start === 1 && chunk[start] === 0x32) client.send(frame('3'));
    const bytes = Buffer.concat([rest, chunk.subarray(start, end)]);
    let count = 0;
    let from = 0;
    for (let at = bytes.indexOf(PAYLOAD); at !== -1; at = bytes.indexOf(PAYLOAD, from)) {
      from = at + PAYLOAD.length;
      count++;
    }
    rest = Buffer.from(bytes.subarray(Math.max(from, bytes.length - PAYLOAD.length + 1)));
    if (count > 0) client.onMessages(count);
  };
  return client;
}
