import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createProgram, withCommand } from '../../../hub/cli/program.ts';

interface Call {
  readonly command: string;
  readonly args: readonly unknown[];
}

/** The call that the command line makes: every action only reports that it was called. */
async function run(
  words: readonly string[],
): Promise<Call & { options: Record<string, unknown>; output: string }> {
  const calls: Call[] = [];
  let output = '';
  const actions = new Proxy({} as Parameters<typeof createProgram>[1], {
    get:
      (_target, command: string) =>
      (...args: unknown[]) =>
        void calls.push({ command, args }),
  });
  const program = createProgram('1.2.3', actions);
  for (const command of [
    program,
    ...program.commands,
    ...program.commands.flatMap(({ commands }) => commands),
  ]) {
    command
      .exitOverride()
      .configureOutput({ writeOut: (text) => (output += text), writeErr: (text) => (output += text) });
  }
  try {
    await program.parseAsync(withCommand(words), { from: 'user' });
  } catch (error) {
    throw Object.assign(error as Error, { output });
  }
  const [call] = calls;
  if (!call) throw new Error('there was no call');
  return { ...call, options: call.args.at(-1) as Record<string, unknown>, output };
}

/** The error for words that cannot be parsed. */
async function complaint(words: readonly string[]): Promise<string> {
  try {
    await run(words);
  } catch (error) {
    return (error as { output?: string }).output || (error as Error).message;
  }
  throw new Error('nobody complained');
}

let folder: string;

function file(content: unknown): string {
  const path = join(folder, 'pinhub.json');
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pinhub-cli-'));
  for (const name of Object.keys(process.env)) if (name.startsWith('PINHUB_')) vi.stubEnv(name, undefined);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

describe('pinhub', () => {
  it('starts the hub by default, with the defaults of the documentation', async () => {
    const { command, options } = await run([]);
    expect(command).toBe('start');
    expect(options).toMatchObject({
      driver: 'auto',
      prefix: '',
      interval: 20,
      pigpiod: true,
      mqtt: true,
      logLevel: 'info',
    });
    for (const name of ['port', 'host', 'device', 'pigpiodPort', 'mqttPort'])
      expect(options[name]).toBeUndefined();
  });

  it.each<[string, string[], Record<string, unknown>]>([
    ['a port', ['--port', '5001'], { port: 5001 }],
    ['a port with =', ['--port=0'], { port: 0 }],
    ['with the command too', ['start', '--port', '65535'], { port: 65_535 }],
    ['every address', ['--host'], { host: '::' }],
    ['one address', ['--host', '192.168.1.7'], { host: '192.168.1.7' }],
    ['a driver', ['--driver', 'pigpiod'], { driver: 'pigpiod' }],
    [
      'devices',
      ['--device', 'led/21', 'servo/18', '--device', 'rgb/5-6-13'],
      { device: ['led/21', 'servo/18', 'rgb/5-6-13'] },
    ],
    [
      'devices with names',
      [
        '--device',
        'led/21=Desk lamp',
        'led/5',
        'servo/18=Barrier',
        '--device',
        'a/led/6=Lamp, left button/23',
      ],
      { device: ['led/21=Desk lamp', 'led/5', 'servo/18=Barrier', 'a/led/6=Lamp left', 'button/23'] },
    ],
    ['a prefix', ['--prefix', 'lab/ana/'], { prefix: 'lab/ana' }],
    ['an interval', ['--interval', '50'], { interval: 50 }],
    ['no pigpiod', ['--no-pigpiod'], { pigpiod: false }],
    ['no MQTT', ['--no-mqtt'], { mqtt: false }],
    ['no devices', ['--no-devices'], { devices: false }],
    ['a port of MQTT', ['--mqtt-port', '1884'], { mqttPort: 1884 }],
    ['limits', ['--limit', 'sessions=5', 'inFlight=7'], { limit: { sessions: 5, inFlight: 7 } }],
    ['a log level', ['--log-level', 'debug'], { logLevel: 'debug' }],
  ])('takes %s', async (_title, words, expected) => {
    expect((await run(words)).options).toMatchObject(expected);
  });

  it('publishes, and subscribes', async () => {
    expect(await run(['pub', 'led/21/duty', '40', '--no-retain'])).toMatchObject({
      command: 'pub',
      args: ['led/21/duty', '40', { hub: 'http://localhost:5000', retain: false }],
    });
    expect(await run(['pub', 'a', '--', '-3'])).toMatchObject({ args: ['a', '-3', { retain: true }] });
    expect(await run(['sub', 'led/#', 'a/+', '-v', '-n', '3', '--hub', 'pi.local:5001'])).toMatchObject({
      command: 'sub',
      args: [['led/#', 'a/+'], { hub: 'http://pi.local:5001', verbose: true, count: 3 }],
    });
  });

  it('runs devices for another hub', async () => {
    const { command, options } = await run(['device', '--hub', 'https://pi.local', '--device', 'led/21']);
    expect(command).toBe('device');
    expect(options).toMatchObject({
      hub: 'https://pi.local',
      device: ['led/21'],
      driver: 'auto',
      interval: 20,
    });
  });

  it.each([
    [['--prot', '5001'], "unknown option '--prot'", 'Did you mean --port?'],
    [['--drivers', 'auto'], "unknown option '--drivers'", 'Did you mean --driver?'],
    [['pubb', 'a', '1'], "unknown command 'pubb'", 'Did you mean pub?'],
    [['sub', 'a', '--verbos'], "unknown option '--verbos'", 'Did you mean --verbose?'],
    [['start', 'now'], 'too many arguments', 'pinhub start --help'],
    [['pub', 'a'], "missing required argument 'value'", 'pinhub pub --help'],
    [['sub'], "missing required argument 'filter'", 'pinhub sub --help'],
  ])('says what is wrong with %j, and what is near', async (words, wrong, near) => {
    const said = await complaint(words);
    expect(said).toContain(wrong);
    expect(said).toContain(near);
  });

  it.each([
    [['--port', '65536'], '0 to 65535'],
    [['--port', '-1'], 'argument missing|0 to 65535'],
    [['--port', '5000.5'], '0 to 65535'],
    [['--port', '0x10'], '0 to 65535'],
    [['--port', ''], '0 to 65535'],
    [['--port', 'five'], '0 to 65535'],
    [['--mqtt-port', '1e3'], '0 to 65535'],
    [['--interval', '0'], '1 to 10000'],
    [['--interval', '10001'], '1 to 10000'],
    [['--plugin', './absent.mjs'], 'there is no file'],
    [['--log-level', 'loud'], 'trace, debug, info'],
    [['--prefix', 'a/+'], 'topic levels'],
    [['--prefix', '$SYS'], 'topic levels'],
    [['--prefix', '/a'], 'topic levels'],
    [['--limit', 'sessions'], 'sessions'],
    [['--limit', 'nonsense=1'], 'nonsense'],
    [['sub', 'a', '--hub', 'ftp://pi'], 'http://raspberrypi.local:5000'],
    [['sub', 'a', '--hub', 'http://'], 'http://raspberrypi.local:5000'],
    [['sub', 'a', '-n', '0'], 'from 1'],
    [['--host', ''], 'an address of this machine'],
    [['--host='], 'an address of this machine'],
    [['--host', 'my pc'], 'an address of this machine'],
    [['--device', ''], 'led/21'],
    [['--limit', ''], 'queuedMessages=500'],
    [['--data', ''], 'a path'],
    [['--cert', ' '], 'a path'],
    [['token', 'list', '--data', ''], 'a path'],
    [['pub', 'a', '1', '--token-file', ''], 'a path'],
    [['sub', 'a', '--ca', ''], 'a path'],
  ])('says what is allowed instead of %j', async (words, allowed) => {
    expect(await complaint(words)).toMatch(new RegExp(allowed));
  });

  it('says its version and how it is used', async () => {
    expect(await complaint(['--version'])).toContain('1.2.3');
    expect(await complaint(['--help'])).toMatch(/start[\s\S]*device[\s\S]*pub[\s\S]*sub/);
    expect(await complaint(['start', '--help'])).toMatch(/--port[\s\S]*--driver[\s\S]*PINHUB_MQTT_PORT/);
  });
});

describe('The environment', () => {
  it('supplies the options that the command line leaves out', async () => {
    vi.stubEnv('PINHUB_PORT', '5002');
    vi.stubEnv('PINHUB_HOST', '0.0.0.0');
    vi.stubEnv('PINHUB_LOG_LEVEL', 'warn');
    vi.stubEnv('PINHUB_NO_MQTT', '1');
    const { options } = await run(['--host', '10.0.0.1']);
    expect(options).toMatchObject({ port: 5002, host: '10.0.0.1', logLevel: 'warn', mqtt: false });
  });

  it('may have several words in one variable', async () => {
    vi.stubEnv('PINHUB_DEVICE', 'led/21, servo/18  rgb/5-6-13');
    vi.stubEnv('PINHUB_LIMIT', 'sessions=5 inFlight=7');
    const { options } = await run([]);
    expect(options).toMatchObject({
      device: ['led/21', 'servo/18', 'rgb/5-6-13'],
      limit: { sessions: 5, inFlight: 7 },
    });
    expect((await run(['--device', 'led/5'])).options).toMatchObject({ device: ['led/5'] });
  });

  it('may switch an option off as well as on, and overrules a file', async () => {
    const config = file({ ephemeral: true, mqtt: false, host: true });
    vi.stubEnv('PINHUB_EPHEMERAL', 'false');
    vi.stubEnv('PINHUB_NO_MQTT', '0');
    vi.stubEnv('PINHUB_HOST', 'no');
    const { options } = await run(['--config', config]);
    expect(options).toMatchObject({ mqtt: true });
    expect([options.ephemeral, options.host]).toEqual([false, undefined]);
  });

  it('counts as unset if a variable is empty', async () => {
    const config = file({ port: 5007, host: '10.0.0.3' });
    for (const name of ['PORT', 'HOST', 'PREFIX', 'DEVICE', 'LIMIT', 'NO_MQTT', 'DATA'])
      vi.stubEnv(`PINHUB_${name}`, '');
    expect((await run(['--config', config])).options).toMatchObject({
      port: 5007,
      host: '10.0.0.3',
      mqtt: true,
    });
  });

  it('is held to the same', async () => {
    vi.stubEnv('PINHUB_PORT', 'five');
    expect(await complaint([])).toMatch(/PINHUB_PORT[\s\S]*0 to 65535/);
  });

  it('says which hub', async () => {
    vi.stubEnv('PINHUB_HUB', 'pi.local');
    expect((await run(['sub', 'a'])).options).toMatchObject({ hub: 'http://pi.local' });
  });
});

describe('A configuration file', () => {
  it('supplies what the command line and the environment leave out', async () => {
    const config = file({
      port: 5003,
      host: '10.0.0.3',
      'log-level': 'error',
      mqtt: false,
      interval: 30,
      device: ['led/21', 'led/5'],
    });
    vi.stubEnv('PINHUB_LOG_LEVEL', 'warn');
    const { options } = await run(['--config', config, '--port', '5004']);
    expect(options).toMatchObject({
      port: 5004,
      host: '10.0.0.3',
      logLevel: 'warn',
      mqtt: false,
      interval: 30,
      device: ['led/21', 'led/5'],
    });
  });

  it('has limits by their names, too', async () => {
    const config = file({ limit: { inFlight: 5, sessions: 7 } });
    expect((await run(['--config', config])).options).toMatchObject({ limit: { inFlight: 5, sessions: 7 } });
  });

  it('may be named in the environment, or with =', async () => {
    const config = file({ port: 5005 });
    expect((await run([`--config=${config}`])).options).toMatchObject({ port: 5005 });
    vi.stubEnv('PINHUB_CONFIG', config);
    expect((await run(['start'])).options).toMatchObject({ port: 5005 });
  });

  it('is overruled in what it switches off', async () => {
    const config = file({ mqtt: false, pigpiod: false });
    expect((await run(['--config', config, '--mqtt'])).options).toMatchObject({ mqtt: true, pigpiod: false });
  });

  it('does not bother commands that take nothing from it', async () => {
    vi.stubEnv('PINHUB_CONFIG', file({ port: 5006 }));
    expect(await run(['pub', 'a', '1'])).toMatchObject({ command: 'pub' });
    expect(await run(['sub', 'a'])).toMatchObject({ command: 'sub' });
  });

  it.each([
    ['an unknown option', { prot: 5001 }, 'there is no option "prot"; did you mean "port"?'],
    ['an option by another spelling', { logLevel: 'warn' }, 'did you mean "log-level"?'],
    ['a value that is not allowed', { port: 'five' }, '"port" cannot be "five". It must be a whole number'],
    [
      'a value that is none of a few',
      { durability: 'ever' },
      '"durability" cannot be "ever". Allowed choices are process',
    ],
    ['one of several values', { device: ['led/21'], limit: ['sessions=5', 'nonsense=1'] }, 'nonsense'],
    [
      'a value where yes or no is meant',
      { ephemeral: 'yes' },
      '"ephemeral" must be true or false, not "yes"',
    ],
    ['yes where a value is meant', { port: true }, '"port" needs a value, not true'],
    ['several values where one is meant', { port: [5001, 5002] }, '"port" has one value, not a list'],
    ['an object where words belong', { port: { number: 5001 } }, 'port'],
    ['null', { port: null }, '"port": must be text, a number, true or false'],
    ['a number where a path is meant', { data: 5 }, '"data" must be text, as in "5", not 5'],
    ['nothing where an address is meant', { host: '' }, '"host" cannot be "". It must be an address'],
    ['an empty list', { device: [] }, '"device" is an empty list'],
    ['limits of another form', { limit: { inFlight: 'five' } }, '"limit": must be limits by name, as in {'],
    ['a limit that there is not', { limit: { inflight: 5 } }, 'there is no limit "inflight"; there are'],
    ['a list', [], 'expected object'],
    ['no JSON', '{port: 5001}', 'cannot be read'],
  ])('is held to the same, and named: %s', async (_title, content, wrong) => {
    const path = file(content);
    const said = await complaint(['--config', path]);
    expect(said).toContain(wrong);
    expect(said).toContain(`configuration file ${JSON.stringify(path)}`);
  });

  it('may say no to what is off anyway, and yes to what needs no value', async () => {
    const off = file({ ephemeral: false, host: false, 'no-pigpiod': false });
    const { options } = await run(['--config', off]);
    expect(options).toMatchObject({ pigpiod: true });
    expect([options.ephemeral, options.host]).toEqual([false, undefined]);
    const on = file({ ephemeral: true, host: true, 'no-pigpiod': true });
    const { options: others } = await run(['--config', on]);
    expect(others).toMatchObject({ ephemeral: true, host: '::', pigpiod: false });
  });

  it('is checked by the same rules even if it is overruled', async () => {
    const path = file({ port: 'five' });
    expect(await complaint(['--config', path, '--port', '5001'])).toContain('"port" cannot be "five"');
  });

  it('is not blamed for a mistake on the command line', async () => {
    const path = file({ interval: 30 });
    expect(await complaint(['--config', path, '--port', 'five'])).not.toContain(path);
  });

  it('must exist', async () => {
    expect(await complaint(['--config', join(folder, 'none.json')])).toMatch(/cannot be read: ENOENT/);
  });

  it('cannot reach into objects', async () => {
    const said = await complaint(['--config', file('{"__proto__": {"port": 1}, "constructor": "x"}')]);
    expect(said).toContain('constructor');
    expect(({} as Record<string, unknown>).port).toBeUndefined();
  });
});
