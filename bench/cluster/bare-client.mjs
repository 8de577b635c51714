// A process with nothing but a NATS client: posts frames of one message to a stream of three replicas at a steady rate, as a hub does with
// the ledger, and follows the stream. Sends its parent the time until each of its own frames has come back, milliseconds.
import { setTimeout as sleep } from 'node:timers/promises';
import { jetstream } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';

/** The length of a ledger frame with one message of 16 bytes. */
const FRAME_BYTES = 38;
const PATIENCE_MS = 500;

process.once('message', async ({ url, stream, perSecond, warmUpMs, seconds }) => {
  const connection = await connect({ servers: url, noRandomize: true });
  const delays = [];
  const consumer = await jetstream(connection).consumers.get(stream, { deliver_policy: 'new' });
  const from = performance.now() + warmUpMs;
  await consumer.consume({
    callback: ({ data }) => {
      const { sentAt, pid } = read(data);
      if (pid === process.pid && sentAt > from) delays.push(performance.now() - sentAt);
    },
    expires: 1_000,
    idle_heartbeat: 500,
  });
  const until = from + seconds * 1000;
  for (let due = performance.now(); due < until; due += 1000 / perSecond) {
    await sleep(due - performance.now());
    connection.publish(stream, frame());
  }
  await sleep(PATIENCE_MS);
  process.send(delays);
  process.disconnect();
  await connection.close();
});
process.send('ready');

function frame() {
  const bytes = Buffer.alloc(FRAME_BYTES);
  bytes.writeDoubleBE(performance.now());
  bytes.writeUInt32BE(process.pid, 8);
  return bytes;
}

function read(data) {
  const bytes = Buffer.from(data.buffer, data.byteOffset, data.length);
  return { sentAt: bytes.readDoubleBE(0), pid: bytes.readUInt32BE(8) };
}
