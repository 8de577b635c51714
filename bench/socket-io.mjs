// Fan-out to browsers: one client publishes to a hundred. Compares the hub with plain Socket.IO rooms; CPU time per delivered message.
import { fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { cpuSeconds, freePort, startHub, untilListening } from './stage.mjs';

const ROUNDS = 3;
const SECONDS = 3;

const SERVERS = {
  async pinhub() {
    const { url, pid, stop } = await startHub('--no-mqtt');
    return { port: Number(new URL(url).port), pid, stop };
  },
  async 'plain rooms'() {
    const port = await freePort();
    const child = spawn(process.execPath, [
      join(import.meta.dirname, 'socket-io', 'rooms.mjs'),
      String(port),
    ]);
    await untilListening(port);
    return { port, pid: child.pid, stop: async () => child.kill('SIGKILL') };
  },
};

const found = Object.fromEntries(Object.keys(SERVERS).map((name) => [name, []]));
for (let round = 0; round < ROUNDS; round++) {
  for (const [name, start] of Object.entries(SERVERS)) found[name].push(await measure(start));
}
for (const [name, costs] of Object.entries(found)) {
  const median = costs.sort((a, b) => a - b)[Math.floor(costs.length / 2)];
  console.log(`${name.padEnd(12)} ${median.toFixed(2)} µs per delivered message`);
}
console.log('limit for pinhub: 2 µs');

async function measure(start) {
  const { port, pid, stop } = await start();
  const load = fork(join(import.meta.dirname, 'socket-io', 'load.mjs'));
  const messages = [];
  load.on('message', (message) => messages.push(message));
  load.send({ port, seconds: SECONDS });
  const told = async (isWanted) => {
    while (!messages.some(isWanted)) await once(load, 'message');
    return messages.find(isWanted);
  };
  await told((message) => message === 'started');
  const before = cpuSeconds(pid);
  await told((message) => message === 'stopped');
  const used = cpuSeconds(pid) - before;
  const { result } = await told((message) => message.result);
  await stop();
  return (used / result.delivered) * 1e6;
}
