#!/usr/bin/env node
// Three nats-servers and three hubs, which are one broker, on this machine, in ./cluster: connect to any hub; kill one, and the others have its sessions.
// Ctrl-C ends all. Needs `npm run build`, and nats-server 2.12 or newer in the path.
import { spawn } from 'node:child_process';
import { join } from 'node:path';

const main = join(import.meta.dirname, '../../dist/hub/main.js');
const natsPorts = [4301, 4302, 4303];
const hubs = ['a', 'b', 'c'];
const hubPorts = [5001, 5002, 5003];
const urls = natsPorts.map((port) => `nats://127.0.0.1:${port}`);
const routes = natsPorts.map((port) => `nats://127.0.0.1:${port + 100}`);

/** Starts a program. */
function run(name, command, words) {
  const child = spawn(command, words, { stdio: ['ignore', 'pipe', 'pipe'] });
  console.log(`${name}: process ${child.pid}`);
  child.on('error', ({ message }) => console.log(`${name}: ${message}`));
  child.on('exit', (code, signal) => console.log(`${name}: ended (${code ?? signal})`));
  return child;
}

function runNats(index) {
  const own = ['-a', '127.0.0.1', '-p', `${natsPorts[index]}`, '-n', `nats-${index}`];
  const store = ['-js', '-sd', `cluster/nats-${index}`];
  const cluster = ['--cluster_name', 'pinhub', '--cluster', routes[index], '--routes', routes.join()];
  const child = run(`nats-${index}`, 'nats-server', [...own, ...store, ...cluster]);
  for (const stream of [child.stdout, child.stderr]) stream.resume();
}

/** Prints each line of a program's output after the program's name. */
function runHub(index) {
  const hub = hubs[index];
  const port = hubPorts[index];
  const ports = ['--port', `${port}`, '--mqtt-port', `${port + 1000}`, '--no-pigpiod'];
  const state = ['--cluster', urls.join(), '--hub-name', hub, '--data', `cluster/hub-${hub}`];
  const child = run(`hub-${hub}`, process.execPath, [main, ...ports, ...state]);
  const show = (text) => process.stdout.write(text.replace(/^(?=.)/gm, `hub-${hub}: `));
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', show);
}

for (const index of natsPorts.keys()) runNats(index);
// The servers take a moment to find each other; a hub tries until they have.
for (const index of hubs.keys()) setTimeout(() => runHub(index), 1_000 * (index + 1));
console.log(`In another terminal: node ${main} cluster status --cluster ${urls.join()}`);
