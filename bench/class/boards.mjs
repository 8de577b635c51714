// The virtual Pis of a class, as the students' browsers run them: one connection for each device, and one for the pin states.
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { KINDS, runDevices } from '../../dist/devices/index.js';
import { createHubClient } from '../../dist/hub/client/index.js';
import { Board } from '../../dist/simulator/board/board.js';
import { createTelemetry } from '../../dist/simulator/board/telemetry.js';
import { createVirtualPins } from '../../dist/simulator/board/virtual-pins.js';

const [url] = process.argv.slice(2);
const [line] = await once(createInterface({ input: process.stdin }), 'line');
const log = { info() {}, warn: (details, message) => console.error(message, details) };
for (const { seat, token } of JSON.parse(line)) {
  const board = new Board();
  const connect = (options) => createHubClient(url, { token, ...options });
  runDevices({
    devices: [
      { kind: 'led', id: '21', prefix: seat },
      { kind: 'button', id: '23', prefix: seat },
    ],
    kinds: KINDS,
    pins: createVirtualPins(board),
    connect: (will) => connect({ will }),
    log,
  });
  const onError = (error) => log.warn({ error }, 'the pins could not be published');
  createTelemetry(board, connect(), { prefix: `${seat}/`, onError });
}
console.log('up');
