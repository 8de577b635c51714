import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { filter, firstValueFrom } from 'rxjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createHubClient, type HubClient } from '../hub/client/index.ts';
import { LIBRARIES, pythonProgram } from '../web/learn/model/python.ts';
import { freePort, HubProcess } from './faults/hub-process.ts';
import { describeWith } from './programs.ts';

const EXAMPLES = join(import.meta.dirname, '../examples');
const running = new Set<ChildProcess>();

let hub: HubProcess;
let client: HubClient;

beforeAll(async () => {
  hub = await HubProcess.create('--ephemeral', '--device', 'led/21');
  await hub.start();
  client = createHubClient(hub.url);
});
afterAll(async () => {
  for (const program of running) program.kill('SIGKILL');
  await client.close();
  await hub.kill();
});

interface Running {
  readonly program: ChildProcess;
  /** All output of the program. */
  readonly said: Promise<string>;
  /** Resolves to the program's exit code. */
  readonly ended: Promise<number | null>;
}

function run(command: string, words: readonly string[], env: Record<string, string> = {}): Running {
  const program = spawn(command, words, {
    env: { ...process.env, ...addresses(), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.add(program);
  const ended = once(program, 'close').then(() => {
    running.delete(program);
    return program.exitCode;
  });
  return {
    program,
    said: Promise.all([text(program.stdout), text(program.stderr)]).then((all) => all.join('')),
    ended,
  };
}

/** The environment through which the examples find this test's hub. */
function addresses(): Record<string, string> {
  return {
    PINHUB_HUB: hub.url,
    PINHUB_HOST: '127.0.0.1',
    PINHUB_MQTT_PORT: String(hub.mqttPort),
    PIGPIO_ADDR: '127.0.0.1',
    PIGPIO_PORT: String(hub.pigpiodPort),
    PYTHONUNBUFFERED: '1',
  };
}

const node = (name: string, words: readonly string[] = [], env?: Record<string, string>) =>
  run(process.execPath, [join(EXAMPLES, name), ...words], env);
const python = (name: string, words: readonly string[] = [], env?: Record<string, string>) =>
  run('/usr/bin/python3', [join(EXAMPLES, name), ...words], env);
const next = (topic: string, wanted: string) =>
  firstValueFrom(client.messages(topic).pipe(filter((message) => message.text === wanted)));
/** Resolves once a program has printed something. */
const printed = ({ program }: Running, wanted: string) =>
  new Promise<void>((resolve) => {
    let sofar = '';
    program.stdout?.on('data', (chunk) => {
      sofar += chunk;
      if (sofar.includes(wanted)) resolve();
    });
  });

describe('the examples in JavaScript', () => {
  it('dim the LED', async () => {
    const { ended } = node('dim.js');
    await next('led/21/duty/actual', '30');
    expect(await ended).toBe(0);
  });

  it.each(['dim.js', 'greeting-client.js'])('say how to start a hub if there is none: %s', async (name) => {
    const { program } = node(name, [], { PINHUB_HUB: `http://localhost:${await freePort()}` });
    const [said] = await once(program.stderr ?? expect.unreachable(), 'data');
    expect(String(said)).toMatch(/No hub at .*Start one in another terminal/);
    program.kill();
  });
});

describeWith('python-socketio', 'the course’s first programs', () => {
  it('greet each other, in JavaScript and in Python', { timeout: 60_000 }, async () => {
    const port = await freePort();
    const env = { PORT: String(port), PINHUB_HUB: `http://localhost:${port}` };
    const server = node('greeting-server.js', [], env);
    await printed(server, 'Waiting for clients');
    const [ana, bia] = [node('greeting-client.js', ['Ana'], env), python('course/cliente.py', ['Bia'], env)];
    expect([await ana.ended, await bia.ended]).toEqual([0, 0]);
    expect(await ana.said).toContain('The hub says: Olá');
    expect(await bia.said).toContain('O hub diz: Olá');
    server.program.kill();
    const said = await server.said;
    for (const line of ['Cliente Ana conectado.', 'Cliente Bia conectado.', 'Cliente Bia saiu.'])
      expect(said).toContain(line);
  });

  it('say how to start a hub if there is none, in Python too', async () => {
    const { said, ended } = python('course/cliente.py', [], {
      PINHUB_HUB: `http://localhost:${await freePort()}`,
    });
    expect(await said).toMatch(/Não há hub em .*greeting-server\.js/);
    expect(await ended).toBe(1);
  });
});

describeWith(['gpiozero', 'paho-mqtt'], 'the examples in Python', () => {
  it.each(['python/led_gpiozero.py', 'python/led_pigpio.py'])(
    'fade the LED of the virtual Pi: %s',
    async (name) => {
      const driven = next('led/21/overridden/actual', 'true');
      const { said, ended } = python(name);
      await driven;
      expect(await said).toBe('');
      expect(await ended).toBe(0);
    },
  );

  it.each(LIBRARIES)(
    'of the lessons are seen by the hub while they are connected, and no longer: %s',
    async (library) => {
      const status = 'learn/k7m2qx/python/status';
      const [lamp, lit, dark] =
        library === 'paho'
          ? [status, 'online', 'offline']
          : ['board/pigpiod/connections/actual', /^[1-9]/, '0'];
      const seen = (wanted: string | RegExp) =>
        firstValueFrom(client.messages(lamp).pipe(filter(({ text = '' }) => new RegExp(wanted).test(text))));
      const { text: port = '' } = await firstValueFrom(client.messages('board/pigpiod/port/actual'));
      const light = 'learn/k7m2qx/led/duty';
      const target = {
        address: `${hub.url}/`,
        light,
        status,
        pigpiodPort: Number(port),
        notes: { token: undefined, version: '' },
      };
      const { program } = run('/usr/bin/python3', ['-c', pythonProgram(library, target)]);
      await seen(lit);
      program.kill('SIGKILL');
      await seen(dark);
    },
  );

  it('set the LED over MQTT, and see what it does', async () => {
    const { said, ended } = python('python/led_paho.py', ['45']);
    expect(await said).toContain('The LED is at 45 %.');
    expect(await ended).toBe(0);
  });

  it('are the PWM server of the course, as a device of the hub', { timeout: 60_000 }, async () => {
    const other = await HubProcess.create('--ephemeral', '--device', 'led/20');
    await other.start();
    const page = createHubClient(other.url);
    try {
      const ports = { PINHUB_MQTT_PORT: String(other.mqttPort), PIGPIO_PORT: String(other.pigpiodPort) };
      const { program } = python('course/servidor_pwm.py', [], ports);
      const seen = (topic: string, wanted: string) =>
        firstValueFrom(page.messages(topic).pipe(filter((message) => message.text === wanted)));
      await seen('led/21/status', 'online');
      await page.publish('led/21/duty', '250', { retain: true });
      await seen('led/21/duty/actual', '100');
      program.kill('SIGKILL');
      await seen('led/21/status', 'offline');
    } finally {
      await page.close();
      await other.kill();
    }
  });

  it('are valid for MicroPython’s elder brother', () => {
    const check = 'import ast, sys; ast.parse(open(sys.argv[1]).read())';
    const { status } = spawnSync('/usr/bin/python3', ['-c', check, join(EXAMPLES, 'micropython/main.py')]);
    expect(status).toBe(0);
  });
});

describeWith(['gcc', 'libmosquitto'], 'the example in C', () => {
  const folder = mkdtempSync(join(tmpdir(), 'pinhub-example-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  it('sets the LED over MQTT, and sees what it does', async () => {
    const program = join(folder, 'lamp');
    const { status, stderr } = spawnSync('gcc', [
      '-Wall',
      '-o',
      program,
      join(EXAMPLES, 'c/lamp.c'),
      '-lmosquitto',
      '-lm',
    ]);
    expect([status, String(stderr)]).toEqual([0, '']);
    const { said, ended } = run(program, ['65']);
    expect(await said).toContain('The LED is at 65 %.');
    expect(await ended).toBe(0);
  });
});

describeWith('python3-yaml', 'the examples that are data', () => {
  it('can be read', () => {
    const path = join(EXAMPLES, 'home-assistant/configuration.yaml');
    const { stdout } = spawnSync('/usr/bin/python3', [
      '-c',
      'import json, sys, yaml; print(json.dumps(yaml.safe_load(open(sys.argv[1]))))',
      path,
    ]);
    expect(JSON.parse(String(stdout)).mqtt.light[0].command_topic).toBe('led/21/duty');
    const { parts, connections } = JSON.parse(readFileSync(join(EXAMPLES, 'wokwi/diagram.json'), 'utf8'));
    const names = parts.map(({ id }: { id: string }) => id);
    for (const ends of connections)
      for (const end of ends.slice(0, 2)) expect([...names, '$serialMonitor']).toContain(end.split(':')[0]);
  });
});
