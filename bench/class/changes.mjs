// Thirty boards whose LEDs change 25 times a second, as each does while its student drags a slider. Publishes only what the teacher's page listens to.
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { createHubClient } from '../../dist/hub/client/index.js';

const EVERY_MS = 40;

const [url] = process.argv.slice(2);
const [line] = await once(createInterface({ input: process.stdin }), 'line');
const seats = JSON.parse(line);
const boards = seats.map(({ seat, token }) => ({ seat, client: createHubClient(url, { token }) }));
const say = ({ seat, client }, property, payload) =>
  client.publish(`${seat}/led/21/${property}`, payload, { retain: true });
await Promise.all(boards.map((board) => say(board, 'status', 'online')));
console.log('up');
// The boards change at different moments of the interval, because students do not move in step.
for (const [index, board] of boards.entries()) {
  const startedMs = performance.now() + (index * EVERY_MS) / boards.length;
  void change(board, startedMs);
}

async function change(board, startedMs) {
  for (let step = 0; ; step++) {
    await sleep(Math.max(0, startedMs + step * EVERY_MS - performance.now()));
    void say(board, 'duty/actual', (50 + 49 * Math.sin(step / 8)).toFixed(1));
  }
}
