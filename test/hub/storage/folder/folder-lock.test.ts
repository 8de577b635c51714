import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statfsSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { connect, createServer } from 'node:net';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { firstValueFrom, of, Subject, throwError, toArray } from 'rxjs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { HubError } from '../../../../hub/core/error.ts';
import { ControlServer } from '../../../../hub/storage/folder/control-server.ts';
import {
  askHolder,
  followHolder,
  keepFolder,
  lockFolder,
} from '../../../../hub/storage/folder/folder-lock.ts';

vi.mock('node:fs', async (original) => {
  const fs = await original<typeof import('node:fs')>();
  return { ...fs, statfsSync: vi.fn(fs.statfsSync) };
});

let folder: string;
const closers: (() => unknown)[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pinhub-lock-'));
});
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
  rmSync(folder, { recursive: true, force: true });
});

/** The lock file of earlier versions. */
const markerPath = () => join(folder, 'pinhub.lock');
const entries = () => readdirSync(folder);
const unavailable = (message: string | RegExp) => ({
  code: 'store/unavailable',
  message: expect.stringMatching(message),
});

async function isFree(): Promise<void> {
  (await lockFolder(folder)).release();
  expect(readdirSync(folder)).toEqual([]);
}

/** Leaves the entry of a process that died. Its name may be changed, as if it came from another host and boot. */
async function leaveEntry(rename = (name: string) => name): Promise<string> {
  const server = createServer().listen(join(folder, 'socket'));
  await once(server, 'listening');
  const lock = await lockFolder(folder);
  const [name = ''] = entries().filter((one) => one.startsWith('pinhub.lock.'));
  lock.release();
  renameSync(join(folder, 'socket'), join(folder, rename(name)));
  await new Promise((resolve) => server.close(resolve));
  return join(folder, rename(name));
}

/** Starts a process that does something with the lock. */
function startProcess(code: string): ChildProcess {
  const module = new URL('../../../../dist/hub/storage/folder/folder-lock.js', import.meta.url);
  const source = `import { lockFolder, askHolder } from ${JSON.stringify(module.href)};
    const folder = ${JSON.stringify(folder)};
    ${code}`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', source], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  closers.push(() => child.kill('SIGKILL'));
  return child;
}

/** The next line that a process prints. */
async function nextLine({ stdout }: ChildProcess): Promise<string> {
  if (!stdout) throw new Error('it says nothing');
  const [line] = await once(createInterface({ input: stdout }), 'line');
  return `${line}`;
}

const HOLD = `await lockFolder(folder).then(() => console.log('held'), (error) => console.log(error.message));
  process.stdin.resume();`;

describe('the lock of a folder', () => {
  it('is for one hub at a time, and the other gets to know whose it is', async () => {
    const lock = await lockFolder(folder);
    await expect(lockFolder(folder)).rejects.toMatchObject(
      unavailable(`hub, process ${process.pid}: stop it`),
    );
    lock.release();
    await isFree();
  });

  it('goes to one of many processes that want it at the same moment, whatever dead processes have left', async () => {
    for (let round = 0; round < 10; round++) {
      if (round % 3 === 1) await leaveEntry();
      if (round % 3 === 2) writeFileSync(markerPath(), '');
      const wanted = Array.from({ length: 5 }, () => lockFolder(folder).catch(() => undefined));
      const had = (await Promise.all(wanted)).filter((lock) => lock !== undefined);
      expect(had.length).toBe(1);
      for (const lock of had) lock.release();
    }
    expect(readdirSync(folder)).toEqual([]);
  });

  it('goes to one of several processes that take it over from a killed one', async () => {
    const first = startProcess(HOLD);
    expect(await nextLine(first)).toBe('held');
    const gone = once(first, 'exit');
    first.kill('SIGKILL');
    await gone;
    expect(entries().length).toBe(1);
    const said = await Promise.all([1, 2, 3, 4].map(() => nextLine(startProcess(HOLD))));
    expect(said.filter((line) => line === 'held').length).toBe(1);
    const others = said.filter((line) => line !== 'held');
    for (const line of others) expect(line).toMatch(/is in use by another hub, process \d+: stop it/);
    expect(entries().length).toBe(1);
  });

  it('is private from the moment at which others see it', async () => {
    chmodSync(folder, 0o755);
    const lock = await lockFolder(folder);
    for (const name of readdirSync(folder)) expect(statSync(join(folder, name)).mode & 0o077).toBe(0);
    lock.release();
  });

  it.runIf(process.platform === 'linux')(
    'needs to see a process of another machine before it judges it',
    async () => {
      const ours = /\.[0-9a-f]{8}\.[0-9a-f]{8}\./;
      const isOnNfs = vi
        .mocked(statfsSync)
        .mockReturnValue({ type: 0x6969 } as ReturnType<typeof statfsSync>);
      const path = await leaveEntry((name) => name.replace(ours, '.00000000.00000001.'));
      await expect(lockFolder(folder)).rejects.toMatchObject(unavailable(`remove ${path}`));
      isOnNfs.mockReturnValue({ type: 0xef53 } as ReturnType<typeof statfsSync>);
      await isFree(); // On a disk of this machine, it was a container before a power cut.
      isOnNfs.mockReset();
      await leaveEntry((name) => name.replace(/(\.[0-9a-f]{8})\.[0-9a-f]{8}\./, '$1.00000001.')); // From before a reboot.
      await isFree();
      await leaveEntry((name) => name.replace(/\.[0-9a-f]{8}(\.[0-9a-f]{8})\./, '.00000000$1.')); // From another container.
      await isFree();
    },
  );

  it('keeps nothing of a process that died while it took the folder, and does not undo the work of one that takes it', async () => {
    const path = await leaveEntry((name) => `${name}.new`);
    await (await lockFolder(folder)).release();
    expect(entries()).toEqual([path.slice(folder.length + 1)]);
    utimesSync(path, 0, 0);
    await isFree();
  });

  it('cannot be taken in a folder that does not exist', async () => {
    await expect(lockFolder(join(folder, 'nowhere'))).rejects.toMatchObject(unavailable(''));
    mkdirSync(markerPath());
    await expect(lockFolder(folder)).rejects.toMatchObject(unavailable(''));
    expect(entries()).toEqual(['pinhub.lock']);
  });

  it('can be taken in a folder whose path is longer than that of a socket may be', async () => {
    folder = join(folder, 'a'.repeat(120));
    mkdirSync(folder);
    const lock = await lockFolder(folder);
    await expect(lockFolder(folder)).rejects.toMatchObject(unavailable('stop it'));
    lock.serve((request) => of(request));
    expect(await askHolder(folder, 'through', async () => 'here')).toBe('through');
    lock.release();
    await isFree();
  });
});

describe('the lock of a folder that can hold no sockets', () => {
  beforeEach(() => {
    vi.spyOn(ControlServer.prototype, 'listenIn').mockResolvedValue(false);
  });

  it('is held by one process, which takes requests at another place', async () => {
    const lock = await lockFolder(folder);
    await expect(lockFolder(folder)).rejects.toMatchObject(unavailable(`process ${process.pid}: stop it`));
    lock.serve((request) => of(request));
    expect(await askHolder(folder, 'through', async () => 'here')).toBe('through');
    lock.release();
    await isFree();
  });

  it('is taken over if its process was killed, and not if that cannot be known', async () => {
    const lock = await lockFolder(folder);
    const path = join(folder, entries()[0] ?? '');
    const content = JSON.parse(readFileSync(path, 'utf8'));
    lock.release();
    const leave = (changes: object) => writeFileSync(path, JSON.stringify({ ...content, ...changes }));
    const refusing = join(folder, 'refusing');
    writeFileSync(refusing, '');
    leave({ socket: refusing });
    (await lockFolder(folder)).release();
    rmSync(refusing);
    writeFileSync(path, '{"pid":'); // Truncated by a power cut.
    await isFree();
    if (process.platform !== 'linux') return;
    leave({});
    await expect(lockFolder(folder)).rejects.toMatchObject(unavailable(`remove ${path}`));
    renameSync(path, path.replace(/\.[0-9a-f]{8}(\.[0-9a-f]{8})$/, '.00000001$1')); // From before a reboot.
    await isFree();
  });
});

describe('a request to the hub that holds a folder', () => {
  it('is answered by it, with a result or its error', async () => {
    const lock = await lockFolder(folder);
    lock.serve((request) =>
      request === 'bad' ? throwError(() => new HubError('option/invalid', 'not this one')) : of({ request }),
    );
    const here = async () => expect.unreachable();
    expect(await askHolder(folder, { a: 'é'.repeat(100_000) }, here)).toEqual({
      request: { a: 'é'.repeat(100_000) },
    });
    await expect(askHolder(folder, 'bad', here)).rejects.toMatchObject({
      code: 'option/invalid',
      message: 'not this one',
    });
    lock.release();
  });

  it('is done here if no hub holds it, by one process at a time', async () => {
    let holders = 0;
    const work = async () => {
      expect(++holders).toBe(1);
      await new Promise(setImmediate);
      return holders--;
    };
    await Promise.all(Array.from({ length: 8 }, () => askHolder(folder, '', work)));
    await expect(
      askHolder(folder, '', () => Promise.reject(new HubError('internal', 'at work'))),
    ).rejects.toThrow('at work');
    expect(readdirSync(folder)).toEqual([]);
  });

  it('waits for a hub that is starting, and a hub waits for it', async () => {
    const lock = await lockFolder(folder);
    const asked = askHolder(folder, 'x', async () => 'here');
    lock.serve(() => of('there'));
    expect(await asked).toBe('there');
    lock.release();
    const begun$ = new Subject<void>();
    const end$ = new Subject<string>();
    const begun = firstValueFrom(begun$);
    const done = askHolder(folder, '', () => {
      begun$.next();
      return firstValueFrom(end$);
    });
    await begun;
    const locking = lockFolder(folder);
    end$.next('done');
    expect(await done).toBe('done');
    (await locking).release();
  });

  it('is done here if the hub ends before it takes it', async () => {
    const path = await leaveEntry();
    rmSync(path);
    const hub = createServer((client) => {
      client.end(`${JSON.stringify({ pid: 1, host: hostname(), state: 'serving' })}\n`);
      hub.close();
      rmSync(path, { force: true });
    }).listen(path);
    await once(hub, 'listening');
    expect(await askHolder(folder, '', async () => 'here')).toBe('here');
  });

  it('may have results until the hub ends', async () => {
    const results$ = new Subject<number>();
    const lock = await lockFolder(folder);
    lock.serve(() => results$);
    const all = firstValueFrom(followHolder(folder, '').pipe(toArray()));
    while (!results$.observed) await new Promise(setImmediate);
    results$.next(1);
    results$.next(2);
    lock.release();
    expect(await all).toEqual([1, 2]);
    expect(await firstValueFrom(followHolder(folder, '').pipe(toArray()))).toEqual([]);
  });

  it('is not answered by a hub that ends in the middle of it: nobody says that it was done', async () => {
    const begun$ = new Subject<void>();
    const lock = await lockFolder(folder);
    lock.serve(() => {
      begun$.next();
      return new Subject();
    });
    const begun = firstValueFrom(begun$);
    const asked = askHolder(folder, '', async () => 'here');
    await begun;
    lock.release();
    await expect(asked).rejects.toMatchObject(unavailable('look whether the change was made'));
  });

  it('that is not JSON, or never ends, does not disturb the hub', async () => {
    const lock = await lockFolder(folder);
    lock.serve(() => of('well'));
    const path = join(folder, entries()[0] ?? '');
    for (const rubbish of ['{\n', `${'x'.repeat(2_000_000)}`]) {
      const socket = connect({ path });
      socket.on('error', () => undefined).write(rubbish);
      socket.resume();
      await once(socket, 'close');
    }
    expect(await askHolder(folder, '', async () => 'here')).toBe('well');
    lock.release();
  });
});

describe('a folder that a hub keeps for its accounts alone', () => {
  it('is kept only if nobody uses it, and answers requests', async () => {
    const lock = await lockFolder(folder);
    const before = readdirSync(folder);
    expect(await keepFolder(folder)).toBeUndefined();
    expect(readdirSync(folder)).toEqual(before);
    lock.release();
    const kept = await keepFolder(folder);
    void kept?.keep((request) => of({ request }));
    expect(await keepFolder(folder)).toBeUndefined();
    expect(await askHolder(folder, 'x', async () => 'here')).toEqual({ request: 'x' });
    kept?.release();
    await isFree();
  });

  it('goes to a hub that keeps messages once the present changes are made; later ones wait for that hub, unless they find the folder free before it does', async () => {
    const kept = await keepFolder(folder);
    const begun$ = new Subject<string>();
    const wanted = kept?.keep(() => begun$);
    const asked = askHolder(folder, 'early', async () => 'here');
    while (!begun$.observed) await new Promise(setImmediate);
    const locking = lockFolder(folder);
    await wanted;
    const late = askHolder(folder, 'late', async () => 'while it was free');
    begun$.next('by the keeper');
    expect(await asked).toBe('by the keeper');
    kept?.release();
    const lock = await locking;
    lock.serve(() => of('by the other'));
    expect(['by the other', 'while it was free']).toContain(await late);
    lock.release();
    await isFree();
  });
});

/** A full disk, as small as possible. */
const canMount =
  process.platform === 'linux' && process.getuid?.() === 0 && spawnSync('mount', ['--version']).status === 0;

describe.runIf(canMount)('a folder on a disk that is full', () => {
  beforeEach(() => {
    spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', folder]);
    closers.push(() => spawnSync('umount', ['--lazy', folder])); // A socket is closed a moment later.
    spawnSync('sh', ['-c', 'cat /dev/zero > filler'], { cwd: folder, stdio: 'ignore' });
    expect(() => writeFileSync(join(folder, 'more'), 'x')).toThrow(/ENOSPC/);
    rmSync(join(folder, 'more'));
  });

  it('can still be locked by one process, and nothing is left behind', async () => {
    const lock = await lockFolder(folder);
    await expect(lockFolder(folder)).rejects.toMatchObject(unavailable(`process ${process.pid}`));
    lock.release();
    expect(readdirSync(folder)).toEqual(['filler']);
  });

  it('is taken over from a process that was killed', async () => {
    await leaveEntry();
    const lock = await lockFolder(folder);
    lock.release();
    expect(readdirSync(folder)).toEqual(['filler']);
  });
});
