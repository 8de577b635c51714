// A hundred windows drag the same LED's slider at once, each with 60 messages a second. Prints how much of a core the hub's process
// uses, how often the pin was written, and whether all windows ended on the same value. A hundred browsers would use a hundred cores, so
// the windows are bare WebSockets in their own process, which implement as much of Socket.IO's protocol as this test needs.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { WebSocket } from 'ws';
import { cpuSeconds, startHub } from './stage.mjs';

const WINDOWS = 100;
const MESSAGES_PER_SECOND = 60;
const SECONDS = 10;

/** Not measured: during the warm-up V8 compiles the hot code. */
const WARM_UP_SECONDS = 2;

if (process.send) await drag();
else await main();

async function main() {
  const hub = await startHub();
  const child = fork(import.meta.filename, [hub.url]);
  await once(child, 'message'); // All are connected.
  child.send('drag');
  await once(child, 'message'); // All have warmed up.
  const before = { cpu: cpuSeconds(hub.pid), at: performance.now() };
  const [{ sent, writes }] = await once(child, 'message'); // All have released their sliders.
  const seconds = (performance.now() - before.at) / 1000;
  const [{ values }] = await once(child, 'message');
  // The CPU time includes the work that was still queued at the end: otherwise a lagging hub on a busy machine would seem to need less.
  const core = (cpuSeconds(hub.pid) - before.cpu) / seconds;
  console.log(
    `${WINDOWS} windows sent ${Math.round(sent / seconds)} messages a second for ${seconds.toFixed(1)} s`,
  );
  console.log(`hub: ${(core * 100).toFixed(0)} % of a core`);
  console.log(`pin: at most ${Math.ceil(writes / seconds)} writes a second (50 are allowed)`);
  console.log(`desired and actual, in all windows: ${values.join(', ')}`);
  if (values.length > 1) process.exitCode = 1;
  await hub.stop();
}

async function drag() {
  const windows = await Promise.all(Array.from({ length: WINDOWS }, () => openWindow(process.argv[2])));
  process.send('ready');
  await once(process, 'message');
  await dragFor(windows, WARM_UP_SECONDS);
  const warm = windows[0].writes();
  process.send('warm');
  const sent = await dragFor(windows, SECONDS);
  process.send({ sent, writes: windows[0].writes() - warm });
  await new Promise((resolve) => setTimeout(resolve, 1500));
  process.send({ values: [...new Set(windows.map((window) => window.last()))] });
  process.exit();
}

async function dragFor(windows, seconds) {
  const start = performance.now();
  const total = seconds * MESSAGES_PER_SECOND * WINDOWS;
  for (let sent = 0; sent < total; ) {
    const due = Math.min(total, ((performance.now() - start) / 1000) * MESSAGES_PER_SECOND * WINDOWS);
    for (; sent < due; sent++) windows[sent % WINDOWS].publish(String(Math.floor(sent / 7) % 101));
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  return total;
}

async function openWindow(url) {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket`);
  const received = [];
  let writes = 0;
  let packets = 0;
  await packet(socket, '0'); // Engine.IO has opened.
  socket.send('40');
  await packet(socket, '40'); // So has Socket.IO.
  socket.send('420["subscribe",["led/21/duty","led/21/duty/actual"],{}]');
  await packet(socket, '430');
  socket.on('message', (data) => {
    const text = data.toString('latin1');
    if (text === '2') socket.send('3');
    if (!text.startsWith('42')) return;
    received[packets++ % 64] = text;
    writes += text.split('duty/actual').length - 1;
  });
  return {
    publish: (duty) => socket.send(`421["publish","led/21/duty","${duty}",{"retain":true}]`),
    writes: () => writes,
    last() {
      const inOrder = [...received.slice(packets % 64), ...received.slice(0, packets % 64)];
      const messages = inOrder.flatMap((text) => JSON.parse(text.slice(2))[1]);
      return JSON.stringify(Object.fromEntries(messages));
    },
  };
}

async function packet(socket, start) {
  for (;;) {
    const [data] = await once(socket, 'message');
    if (data.toString().startsWith(start)) return;
  }
}
