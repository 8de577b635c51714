import { spawn } from 'node:child_process';
import { connect, createServer, type Socket } from 'node:net';

/** The address that qemu's network has for this machine. `init` has given it to the network card. */
const ADDRESS = '10.0.2.15';

/** Hub and pigpiod listen only on loopback: their ports are forwarded, as with "ssh -L". */
const HANDED_ON = [5000, 8888];
const SHELL = 2323;

/** The test reads registers, and wires inputs, through a shell. */
function runShell(socket: Socket): void {
  const shell = spawn('/bin/sh', { stdio: ['pipe', 'pipe', 'inherit'] });
  socket.pipe(shell.stdin);
  shell.stdout.pipe(socket);
}

function handOn(socket: Socket, port: number): void {
  const inner = connect(port, '127.0.0.1');
  for (const one of [socket, inner]) one.setNoDelay(true).on('error', () => one.destroy());
  inner.on('close', () => socket.destroy());
  socket.on('close', () => inner.destroy());
  socket.pipe(inner).pipe(socket);
}

for (const port of HANDED_ON) createServer((socket) => handOn(socket, port)).listen(port, ADDRESS);
createServer(runShell).listen(SHELL, ADDRESS);
