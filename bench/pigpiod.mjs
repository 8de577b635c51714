// The speed of the virtual pigpiod: commands per second on one connection with many in flight, and round trips per
// second one at a time, compared with the same load on a server that only echoes. Both servers run in
// processes of their own; rounds take turns. Needs the compiled daemon: `npm run build`, then `node bench/pigpiod.mjs`.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';

const ROUNDS = 7;
const ROUND_MS = 500;
/** The number of commands in flight when pipelining. */
const DEPTHS = [64, 256, 1024];
const TARGET = 0.6;
const COMMAND_BYTES = 16;

if (process.send) await serve(process.argv[2]);
else await main();

async function main() {
  const [daemon, echo] = await Promise.all([start('daemon'), start('echo')]);
  console.log(
    `Median of ${ROUNDS} interleaved rounds of ${ROUND_MS} ms each; one connection, PWM commands.\n`,
  );
  for (const depth of DEPTHS) await compare(`commands/s, ${depth} under way`, depth, daemon, echo);
  await compare('round trips/s, one at a time', 1, daemon, echo);
  for (const { stop } of [daemon, echo]) stop();
}

async function compare(name, depth, daemon, echo) {
  const rates = { daemon: [], echo: [] };
  for (const server of [daemon, echo]) await load(server.port, depth); // Warms up.
  for (let round = 0; round < ROUNDS; round++) {
    rates.echo.push(await load(echo.port, depth));
    rates.daemon.push(await load(daemon.port, depth));
  }
  const [ours, peer] = [rates.daemon, rates.echo].map((each) =>
    Math.round(median(each)).toLocaleString('en').padStart(11),
  );
  // Neighboring rounds run under the same load from other programs.
  const share = median(rates.daemon.map((rate, round) => rate / rates.echo[round]));
  console.log(`${name.padEnd(30)} pigpiod ${ours}   echo ${peer}   ${share.toFixed(2)} of it`);
  if (share < TARGET) process.exitCode = 1;
}

/** Keeps `depth` commands in flight for a round; resolves to the answers per second. Every answer is checked. */
async function load(port, depth) {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  await once(socket, 'connect');
  const commands = pwmCommands(depth);
  const start = performance.now();
  let answered = 0;
  let rest = 0;
  socket.on('data', (bytes) => {
    const whole = Math.floor((rest + bytes.length) / COMMAND_BYTES);
    for (let at = COMMAND_BYTES - 4 - rest; at + 4 <= bytes.length; at += COMMAND_BYTES) {
      if (at >= 0 && bytes.readInt32LE(at) !== 0) throw new Error(`answer ${bytes.readInt32LE(at)}`);
    }
    rest = (rest + bytes.length) % COMMAND_BYTES;
    answered += whole;
    if (performance.now() - start > ROUND_MS) socket.destroy();
    else if (whole > 0) socket.write(commands.subarray(0, whole * COMMAND_BYTES));
  });
  socket.write(commands);
  await once(socket, 'close');
  return (answered * 1000) / (performance.now() - start);
}

/** The duty cycle of GPIO 21, going up and down as if a slider were dragged. */
function pwmCommands(count) {
  const bytes = Buffer.alloc(count * COMMAND_BYTES);
  for (let index = 0; index < count; index++) {
    bytes.writeUInt32LE(5, index * COMMAND_BYTES);
    bytes.writeUInt32LE(21, index * COMMAND_BYTES + 4);
    bytes.writeUInt32LE(index % 256, index * COMMAND_BYTES + 8);
  }
  return bytes;
}

async function start(kind) {
  const child = fork(import.meta.filename, [kind]);
  const [port] = await once(child, 'message');
  return { port, stop: () => child.kill() };
}

async function serve(kind) {
  process.send(kind === 'echo' ? await listenEcho() : await listenDaemon());
  process.once('disconnect', () => process.exit());
}

async function listenEcho() {
  const server = createServer({ noDelay: true }, (socket) => {
    socket.on('data', (bytes) => socket.write(bytes));
    socket.on('error', () => socket.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server.address().port;
}

async function listenDaemon() {
  const { Board } = await import('../dist/simulator/board/board.js');
  const { createPigpiodServer } = await import('../dist/simulator/pigpiod/server.js');
  const { port } = await createPigpiodServer({ board: new Board(), port: 0 }).listen();
  return port;
}

function median(values) {
  return [...values].sort((one, other) => one - other)[values.length >> 1];
}
