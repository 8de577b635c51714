import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, type MockInstance, vi } from 'vitest';
import { createProgram } from '../../../hub/cli/program.ts';
import { createService } from '../../../hub/cli/service/service.ts';
import { findBarrier, NOBODY, type System } from '../../../hub/cli/service/system.ts';
import { describeWith } from '../../programs.ts';
import { NO_ACTIONS } from './no-actions.ts';

/** Absolute paths of two files that every user may read, on every machine. */
const NODE = '/bin/sh';
const PROGRAM = '/etc/passwd';

let folder: string;
let unitPath: string;
let said: MockInstance<typeof console.log>;
let ran: string[];
let accounts: Map<string, { uid: number; gids: number[] }>;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pinhub-service-'));
  unitPath = join(folder, 'pinhub.service');
  said = vi.spyOn(console, 'log').mockImplementation(() => undefined);
  ran = [];
  accounts = new Map([['root', { uid: 0, gids: [0] }]]);
});
afterEach(() => rmSync(folder, { recursive: true }));

/** A machine whose units are in the test's folder, and whose programs are only recorded: none of them runs. */
function machine(changes: Partial<System> = {}): System {
  return {
    isRoot: true,
    hasSystemd: true,
    unitFolder: folder,
    node: NODE,
    program: PROGRAM,
    findAccount: (name) => accounts.get(name),
    hasGroup: () => true,
    run: (program, ...args) => {
      ran.push([program, ...args].join(' '));
      if (program === 'useradd') accounts.set(args.at(-1) ?? '', { uid: 999, gids: [999] });
    },
    ...changes,
  };
}

/** Runs `pinhub service` with these words, as the command line does. */
async function service(words: readonly string[], system: System = machine()): Promise<void> {
  const program = createProgram('0', { ...NO_ACTIONS, service: createService(system) }, {});
  await program.parseAsync(['service', ...words], { from: 'user' });
}

/** The unit for these options of `start`. */
async function unitFor(words: readonly string[], system: System = machine()): Promise<string> {
  said.mockClear();
  await service(['install', '--dry-run', '--', ...words], system);
  return `${said.mock.calls[0]?.[0]}\n`;
}

describe('installing the service', () => {
  it('makes the user, writes the unit, and starts it', async () => {
    await service(['install', '--', '--host']);
    const [useradd, ...rest] = ran;
    expect(useradd).toMatch(/^useradd --system .*\/var\/lib\/pinhub .* pinhub$/);
    expect(rest).toEqual(['systemctl daemon-reload', 'systemctl enable pinhub', 'systemctl restart pinhub']);
    const unit = readFileSync(unitPath, 'utf8');
    expect(unit).toContain(`\nExecStart=${NODE} ${PROGRAM} start --host\nUser=pinhub\n`);
  });

  it('changes nothing the second time, except for new options', async () => {
    await service(['install', '--', '--host']);
    const unit = readFileSync(unitPath, 'utf8');
    ran = [];
    await service(['install', '--', '--host']);
    expect(readFileSync(unitPath, 'utf8')).toBe(unit);
    expect(ran[0]).toBe('systemctl daemon-reload');
    await service(['install', '--', '--port', '5001']);
    expect(readFileSync(unitPath, 'utf8')).toContain('start --port 5001\n');
  });

  it('prints the unit and changes nothing with --dry-run, without root and without systemd', async () => {
    const unit = await unitFor(['--host'], machine({ isRoot: false, hasSystemd: false }));
    expect([ran, existsSync(unitPath)]).toEqual([[], false]);
    await service(['install', '--', '--host']);
    expect(readFileSync(unitPath, 'utf8')).toBe(unit);
  });

  it('prints what would be refused as well, and why', async () => {
    await expect(unitFor(['--driver', 'pigpio'])).rejects.toThrow(/"pigpio" needs root/);
    expect(said.mock.calls[0]?.[0]).toContain('start --driver pigpio\n');
  });

  it.each([
    ['one of something else', () => writeFileSync(unitPath, '[Service]\nExecStart=/usr/bin/other\n')],
    ['an empty one', () => writeFileSync(unitPath, '')],
    ['a masked one', () => symlinkSync('/dev/null', unitPath)],
    ['a link that leads nowhere', () => symlinkSync('/nowhere/pinhub.service', unitPath)],
    [
      'its own, edited',
      async () => {
        await service(['install']);
        const unit = readFileSync(unitPath, 'utf8');
        writeFileSync(unitPath, unit.replace('RestartSec=5', 'RestartSec=1'));
      },
    ],
  ])('does not replace or remove a unit that was changed: %s', async (_title, put) => {
    await put();
    ran = [];
    await expect(service(['install'])).rejects.toThrow(/pinhub\.service" is not as .* --force/);
    await expect(service(['uninstall'])).rejects.toThrow(/pinhub\.service" is not as .* --force/);
    expect(ran).toEqual([]);
    await service(['install', '--force']);
    expect(readFileSync(unitPath, 'utf8')).toContain(`ExecStart=${NODE} ${PROGRAM} start\n`);
  });

  it('makes the data folder that an option names for its user, and lets the service write there', async () => {
    const data = '/srv/pinhub-of-a-test';
    await service(['install', '--', '--data', data]);
    expect(ran).toContain(`install -d -m 700 -o pinhub ${data}`);
    expect(readFileSync(unitPath, 'utf8')).toContain(`\nReadWritePaths=${data}\n`);
  });
});

describe('removing the service', () => {
  it('stops it, and leaves its data', async () => {
    await service(['install']);
    ran = [];
    await service(['uninstall']);
    expect(ran).toEqual(['systemctl disable --now pinhub', 'systemctl daemon-reload']);
    expect(existsSync(unitPath)).toBe(false);
    expect(said.mock.lastCall?.[0]).toContain('/var/lib/pinhub');
  });

  it('is no error if there is none', async () => {
    await service(['uninstall']);
    expect([ran, said.mock.lastCall]).toEqual([[], ['There is no service "pinhub".']]);
  });
});

describe('a service that would not run is refused, and nothing is changed', () => {
  it.each<[string, RegExp, readonly string[], Partial<System>]>([
    ['without systemd', /systemd does not run on this machine/, [], { hasSystemd: false }],
    ['without root', /only root .*: sudo \/bin\/sh \/etc\/passwd service install/, [], { isRoot: false }],
    [
      'from the cache of npx',
      /stays in its place.*npm install --global pinhub/,
      [],
      { program: '/root/.npm/_npx/5f/node_modules/pinhub/dist/hub/main.js' },
    ],
    ['not built', /"\/opt\/no\/main.js" is missing: run "npm run build"/, [], { program: '/opt/no/main.js' }],
    ['below /tmp', /"\/tmp\/main.js" is a temporary file/, [], { program: '/tmp/main.js' }],
    ['as root', /does not need root/, ['--user', 'root'], {}],
    ['as a user that is not there', /no user "ana"/, ['--user', 'ana'], {}],
    ['as no user', /"a b" is not the name of a user/, ['--user', 'a b'], {}],
    ['with a relative path', /no current folder: write "\/.*www"/, ['--', '--www', 'www'], {}],
    ['with a file that is missing', /"\/etc\/no\.pem" is missing/, ['--', '--cert', '/etc/no.pem'], {}],
    ['with npm pigpio', /"pigpio" needs root/, ['--', '--driver', 'pigpio'], {}],
    ['with a data folder of others', /cannot write to "\/usr"/, ['--', '--data', '/usr'], {}],
  ])('%s', async (_title, reason, words, changes) => {
    await expect(service(['install', ...words], machine(changes))).rejects.toMatchObject({
      code: 'option/invalid',
      message: expect.stringMatching(reason),
    });
    expect([ran, existsSync(unitPath)]).toEqual([[], false]);
  });

  it('with options that the hub would refuse', async () => {
    const config = join(folder, 'config.json');
    writeFileSync(config, '{ "prot": 5001 }');
    await expect(service(['install', '--', '--config', config])).rejects.toThrow(/no option "prot".*"port"/);
    expect([ran, existsSync(unitPath)]).toEqual([[], false]);
  });
});

describe('what a user may read', () => {
  const owner = { uid: process.getuid?.() ?? 0, gids: [] };

  it('ends at the first folder that is closed to them, as a home folder with Node in it', () => {
    chmodSync(folder, 0o755);
    const home = join(folder, 'home');
    mkdirSync(join(home, 'bin'), { recursive: true });
    const node = join(home, 'bin/node');
    writeFileSync(node, '', { mode: 0o755 });
    symlinkSync(node, join(folder, 'link'));
    expect(findBarrier(node, NOBODY)).toBeUndefined();
    chmodSync(home, 0o700);
    for (const path of [node, join(folder, 'link')]) expect(findBarrier(path, NOBODY)).toBe(home);
    expect(findBarrier(node, owner)).toBeUndefined();
  });

  it('is the file itself if its folders are open', () => {
    chmodSync(folder, 0o755);
    const key = join(folder, 'key.pem');
    writeFileSync(key, '', { mode: 0o640 });
    chmodSync(key, 0o640);
    const group = { uid: -1, gids: [process.getgid?.() ?? 0] };
    expect([findBarrier(key, NOBODY), findBarrier(key, group)]).toEqual([key, undefined]);
    expect(findBarrier(folder, NOBODY)).toBeUndefined();
    expect(findBarrier(folder, NOBODY, { toWrite: true })).toBe(folder);
  });
});

describe('the unit', () => {
  it('hands every word to the hub as it was given', async () => {
    const unit = await unitFor(['--device', 'led/21=Desk "lamp" \\ 100% $HOME', '--prefix', 'lab']);
    expect(unit).toContain(' start --device "led/21=Desk \\"lamp\\" \\\\ 100%% $$HOME" --prefix lab\n');
  });

  it('is in the documentation as it is made', async () => {
    const documentation = readFileSync(join(import.meta.dirname, '../../../docs/install.md'), 'utf8');
    const [, shown = ''] = /```ini\n(.*?)```/s.exec(documentation) ?? [];
    const [, node = '', program = ''] = /^ExecStart=(\S+) (\S+)/m.exec(shown) ?? [];
    const made = await unitFor(['--host']);
    expect(withoutSum(shown)).toBe(withoutSum(made.replace(`${NODE} ${PROGRAM}`, `${node} ${program}`)));
  });

  /** Hides a unit's checksum, which changes with the paths. */
  const withoutSum = (unit: string) => unit.replace(/\([\da-f]{16}\)/, '(…)');

  it('opens the devices of the pins only to a hub that may use them', async () => {
    for (const words of [[], ['--driver', 'auto']]) {
      const unit = await unitFor(words);
      expect(unit).toContain('\nSupplementaryGroups=gpio\n');
      expect(unit).toContain('\nDeviceAllow=char-gpiochip rw\n');
    }
    for (const words of [['--no-devices'], ['--driver', 'virtual'], ['--driver', 'pigpiod']]) {
      const unit = await unitFor(words);
      expect(unit).not.toMatch(/gpio.* rw|SupplementaryGroups/);
      expect(unit).toContain('\nPrivateDevices=yes\n');
    }
    expect(await unitFor([], machine({ hasGroup: () => false }))).not.toContain('SupplementaryGroups');
  });

  it('starts pigpiod first if that drives the pins', async () => {
    expect(await unitFor(['--driver', 'pigpiod'])).toContain('\nWants=pigpiod.service\n');
    expect(await unitFor(['--driver', 'pigpiod', '--no-devices'])).not.toContain('Wants=pigpiod');
  });

  it('may use a low port only if an option names one', async () => {
    expect(await unitFor(['--port', '80'])).toContain('\nAmbientCapabilities=CAP_NET_BIND_SERVICE\n');
    for (const words of [[], ['--port', '0'], ['--mqtt-port', '1883']])
      expect(await unitFor(words)).toMatch(/\nCapabilityBoundingSet=\n(?!Ambient)/);
  });
});

describeWith('systemd-analyze', 'systemd itself', () => {
  /** `verify` and `security --offline` read one file; neither starts anything, nor contacts a running systemd (systemd-analyze(1)). */
  const analyze = (...args: string[]) => {
    const { status, stdout, stderr } = spawnSync('systemd-analyze', [...args, unitPath], {
      encoding: 'utf8',
    });
    return { status, text: stdout + stderr };
  };

  it.each([
    [[]],
    [['--host', '--port', '80']],
    [['--driver', 'pigpiod', '--data', '/srv/pinhub of a test']],
    [['--no-devices', '--device', 'led/21=Desk "lamp" \\ 100% $HOME']],
  ])('finds no fault with the unit for %j, and little that it could still reach', async (words) => {
    writeFileSync(unitPath, await unitFor(words));
    expect(analyze('verify', '--man=no')).toEqual({ status: 0, text: '' });
    // The exposure is in tenths: 0 for a service that may do nothing, 100 for one that may do everything. Most services have 96.
    const security = analyze('security', '--offline=true', '--threshold=25', '--no-pager');
    expect(security.status, security.text).toBe(0);
  });

  it('finds faults in a unit that has some', async () => {
    writeFileSync(unitPath, (await unitFor([])).replace('ProtectSystem=strict', 'ProtectSystem=maybe'));
    expect(analyze('verify', '--man=no').text).toMatch(/protect system value, ignoring: maybe/i);
  });
});
