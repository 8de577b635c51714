#!/usr/bin/env node
// Three nats-servers and two hubs on this machine, in ./cluster: kill the hub that serves, and the other one goes on. Ctrl-C ends all.
// Needs `npm run build`, and nats-server 2.12 or newer in the path.
import { spawn } from 'node:child_process';
import { join } from 'node:path';

const main = join(import.meta.dirname, '../../dist/hub/main.js');
const servers = [4301, 4302, 4303];
const routes = servers.map((port) => `nats://127.0.0.1:${port + 100}`);

/** Starts a program, and shows what it says behind its name. */
function run(name, command, ...words) {
  const child = spawn(command, words, { stdio: ['ignore', 'pipe', 'pipe'] });
  console.log(`${name}: process ${child.pid}`);
  child.on('error', ({ message }) => console.log(`${name}: ${message}`));
  child.on('exit', (code, signal) => console.log(`${name}: ended (${code ?? signal})`));
  return { name, child };
}

function show({ name, child }) {
  for (const stream of [child.stdout, child.stderr]) {
    stream
      .setEncoding('utf8')
      .on('data', (text) => process.stdout.write(text.replace(/^(?=.)/gm, `${name}: `)));
  }
}

for (const [index, port] of servers.entries()) {
  const own = [
    '-a',
    '127.0.0.1',
    '-p',
    `${port}`,
    '-n',
    `nats-${index}`,
    '-js',
    '-sd',
    `cluster/nats-${index}`,
  ];
  const { child } = run(
    `nats-${index}`,
    'nats-server',
    ...own,
    '--cluster_name',
    'pinhub',
    '--cluster',
    routes[index],
    '--routes',
    routes.join(),
  );
  child.stdout.resume();
  child.stderr.resume();
}

const urls = servers.map((port) => `nats://127.0.0.1:${port}`).join();
for (const [index, port] of [5001, 5002].entries()) {
  const state = ['--cluster', urls, '--data', `cluster/hub-${index}`, '--no-pigpiod'];
  // The servers take a moment to find each other; a hub tries until they have.
  setTimeout(
    () =>
      show(
        run(
          `hub-${index}`,
          process.execPath,
          main,
          '--port',
          `${port}`,
          '--mqtt-port',
          `${port + 1000}`,
          ...state,
        ),
      ),
    1_000 * (index + 1),
  );
}
