// A hub with a class, in its own process.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const main = join(import.meta.dirname, '../../dist/hub/main.js');

/** Starts a hub with a class; resolves once it has printed the class code and links. */
export async function startClass() {
  const data = mkdtempSync(join(tmpdir(), 'pinhub-class-'));
  const options = ['--port', '0', '--host', '127.0.0.1', '--no-devices', '--no-mqtt', '--log-level', 'warn'];
  const child = spawn(process.execPath, [main, 'class', '--data', data, ...options], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const found = {};
  for await (const line of createInterface({ input: child.stdout })) {
    found.code ??= /Class code\s+(\w+)/.exec(line)?.[1];
    found.url ??= /http:\/\/[^/]+/.exec(line)?.[0];
    found.teacherLink ??= /http\S+token=\S+/.exec(line)?.[0];
    if (found.teacherLink) break;
  }
  child.stdout.resume();
  const stop = async () => {
    child.kill();
    await once(child, 'exit');
    rmSync(data, { recursive: true });
  };
  return { ...found, pid: child.pid, stop };
}

/** Starts a program from this folder. The program reads one line, and prints one line once it is up. */
export async function startBeside(file, hub, given) {
  const child = spawn(process.execPath, [join(import.meta.dirname, file), hub.url], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const gone = once(child, 'exit');
  child.stdin.write(`${JSON.stringify(given)}\n`);
  await once(child.stdout, 'data');
  const stop = async () => {
    child.kill();
    await gone;
  };
  return { stop };
}

/** A student who joins without a browser, and the token of their board. */
export async function joinByRest({ url, code }, nickname) {
  const joined = await fetch(`${url}/api/class/join`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: url },
    body: JSON.stringify({ code, nickname }),
  });
  const { seat } = await joined.json();
  const cookie = joined.headers.getSetCookie()[0].split(';')[0];
  const made = await fetch(`${url}/api/class/token`, { method: 'POST', headers: { origin: url, cookie } });
  return { seat, token: (await made.json()).token };
}
