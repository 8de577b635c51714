import { createHash, randomBytes } from 'node:crypto';
import {
  lstatSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statfsSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import type { Socket } from 'node:net';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { catchError, defer, firstValueFrom, type Observable, of, switchMap, throwIfEmpty } from 'rxjs';
import { z } from 'zod';
import { HubError, quote } from '../../core/error.ts';
import { restrict } from '../../files/files.ts';
import { toStorageError } from '../../files/storage-fault.ts';
import {
  type Answer,
  ControlServer,
  connectIn,
  type Greeting,
  NotBegun,
  readGreeting,
  sendRequest,
} from './control-server.ts';

/**
 * How a folder gets one holder: each process that wants it puts an entry of its own into it, a listening socket whose name nobody else ever
 * uses, and then looks at the entries of the others. If there is none, it holds the folder; else it takes its entry away and tries again. Of
 * two processes the one that came second always sees the first. The kernel answers at a socket for as long as its process lives, in whatever
 * container, so an entry that does not answer is of a dead process, and anybody may remove it. No lock is ever taken over, and none needs
 * room on a disk that is full.
 *
 * The name holds the host and the boot, hashed: from another machine, with which this one may share the folder, nobody can tell whether a
 * socket answers. Containers have a host name each, and after a power cut another boot; on a file system of this machine alone both do not
 * matter.
 */
const ENTRY = /^pinhub\.lock\.([0-9a-f]{8})\.([0-9a-f]{8})\.[0-9a-f]{8}(\.new)?$/;

/** How long an entry may have the suffix `.new` before it counts as left by a process that died, milliseconds. */
const DRAFT_MS = 60_000;

/** Asks a hub that keeps no messages for the folder. */
const YIELD = { do: 'yield' };

/** The lock of earlier versions. Whoever holds the folder puts it there for their hubs to see, if the disk has room for it. */
const MARKER = 'pinhub.lock';

/** A process that a file describes: the marker, or an entry in a folder that can hold no sockets. */
const recordSchema = z.object({
  pid: z.int().positive(),
  host: z.string(),
  /** The boot, and when the process started in it. Only on Linux. */
  incarnation: z.string().optional(),
  /** The PID namespace. Only on Linux. */
  namespace: z.string().optional(),
  /** The path of its socket, from the folder on. */
  socket: z.string().optional(),
  /** The entry to a marker; the lock of an earlier version has none. */
  entry: z.string().optional(),
});

type ProcessRecord = z.infer<typeof recordSchema>;

/** `silent`: it lives, and says nothing. `unseen`: nobody can tell from here. `earlier`: a hub of an earlier version, which takes no requests. */
type RivalState = Greeting['state'] | 'silent' | 'unseen' | 'earlier';

/** Another process that holds a folder or waits for it. */
interface Rival {
  readonly path: string;
  readonly state: RivalState;
  readonly pid?: number;
  readonly host?: string;
  readonly connect: () => Promise<Socket>;
}

/** A folder that nobody else writes in, until it is released. */
export interface FolderLock {
  /** Answers the requests of other processes from now on. */
  serve(answer: Answer): void;
  release(): void;
}

/** A folder that a hub holds for its accounts alone, until a hub that keeps messages wants it. */
export interface KeptFolder {
  /** Answers the requests of other processes. Resolves when a hub that keeps messages asks for the folder. */
  keep(answer: Answer): Promise<void>;
  /** Refuses requests from now on: the last step before `release` once those that have begun are done. */
  pause(): void;
  release(): void;
}

/** What came of an attempt: the lock, or who was in the way. */
type Attempt =
  | { readonly lock: Entry; readonly rivals?: undefined }
  | { readonly lock?: undefined; readonly rivals: readonly Rival[] };

/** Which boot of this machine it is, in all its containers; `undefined` if the system does not say. */
const BOOT = readBoot();

/** How long to wait for those who hold a folder for a moment only, milliseconds. */
const PATIENCE_MS = 10_000;

/** The longest pause between two attempts, milliseconds. Pauses are random, so that two processes do not keep meeting. */
const LONGEST_PAUSE_MS = 100;

/**
 * Takes a folder for this process alone, as a hub that keeps messages does. Waits for a process that holds it for one change, and asks a hub
 * that keeps no messages for it. Rejects with `store/unavailable` if another hub has the folder, or if it cannot be written.
 */
export function lockFolder(folder: string): Promise<FolderLock> {
  return persist(folder, async () => {
    const { lock, rivals } = await tryToHold(folder, 'starting');
    if (lock) return { done: lock };
    refuseIfAny(folder, rivals, ['starting', 'serving', 'earlier', 'unseen']);
    await Promise.all(rivals.filter(({ state }) => state === 'keeping').map(askToYield));
    return { rival: rivals[0] };
  });
}

/**
 * Takes a folder that nobody uses, to keep its accounts; `undefined` if somebody does, which is found out without a write. Rejects with
 * `store/unavailable`.
 */
export async function keepFolder(folder: string): Promise<KeptFolder | undefined> {
  try {
    if ((await findRivals(folder)).length > 0) return undefined;
    const { lock, rivals } = await tryToHold(folder, 'changing');
    if (!lock) refuseIfAny(folder, rivals);
    return lock;
  } catch (error) {
    throw toStorageError(folder, error);
  }
}

/**
 * Sends a request to the hub that holds a folder, and resolves to its first result. If no hub does, does the work here instead, while this
 * process holds the folder. Rejects with the hub's error, or with `store/unavailable` if neither is possible.
 */
export function askHolder(folder: string, request: unknown, work: () => Promise<unknown>): Promise<unknown> {
  return persist(folder, async () => {
    const holder = await findHolder(folder);
    if (holder)
      return firstValueFrom(ask(holder, request)).then((done) => ({ done }), retryIfNotBegun(holder));
    const { lock, rivals } = await tryToHold(folder, 'changing');
    if (!lock) {
      refuseIfAny(folder, rivals, ['earlier', 'unseen']);
      return { rival: rivals[0] };
    }
    try {
      return { done: await work() };
    } finally {
      lock.release();
    }
  });
}

/** Sends a request to the hub that holds a folder: all its results, until it ends. Completes at once if no hub does. */
export function followHolder(folder: string, request: unknown): Observable<unknown> {
  return defer(() => findHolder(folder)).pipe(switchMap((holder) => (holder ? ask(holder, request) : [])));
}

/** The hub that takes requests. */
async function findHolder(folder: string): Promise<Rival | undefined> {
  return (await findRivals(folder)).find(({ state }) => state === 'serving' || state === 'keeping');
}

/** Errors with `NotBegun` if the hub has ended, or takes no requests any more; with other errors as it does. */
function ask({ connect }: Rival, request: unknown): Observable<unknown> {
  const connecting = () => connect().catch((error) => Promise.reject(new NotBegun(error)));
  return defer(connecting).pipe(
    switchMap((socket) => sendRequest(socket, request)),
    catchError((error) => {
      throw error instanceof HubError ? error : endedEarly();
    }),
    throwIfEmpty(endedEarly),
  );
}

/** Whether it yields, shows the next attempt. */
async function askToYield(keeper: Rival): Promise<unknown> {
  return firstValueFrom(ask(keeper, YIELD).pipe(catchError(() => of(undefined))));
}

function retryIfNotBegun(rival: Rival): (error: unknown) => Outcome<never> {
  return (error) => {
    if (error instanceof NotBegun) return { rival };
    throw error;
  };
}

function endedEarly(): HubError {
  return new HubError(
    'store/unavailable',
    'the hub ended before it answered; look whether the change was made',
  );
}

interface Outcome<T> {
  readonly done?: T;
  readonly rival?: Rival | undefined;
}

async function persist<T>(folder: string, attempt: () => Promise<Outcome<T>>): Promise<T> {
  const endsAt = performance.now() + PATIENCE_MS;
  try {
    for (let pauseMs = 2; ; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
      const { done, rival } = await attempt();
      if (done !== undefined) return done;
      if (rival && performance.now() > endsAt) throw inUse(folder, rival);
      await sleep(Math.random() * pauseMs);
    }
  } catch (error) {
    throw toStorageError(folder, error);
  }
}

async function tryToHold(folder: string, state: Greeting['state']): Promise<Attempt> {
  const entry = await Entry.put(folder);
  try {
    const rivals = await findRivals(folder, entry.name);
    const earlier = rivals.length > 0 ? undefined : await replaceMarker(folder, entry.name);
    if (!earlier && rivals.length === 0) {
      entry.server.state = state;
      return { lock: entry };
    }
    entry.withdraw();
    return { rivals: earlier ? [earlier] : rivals };
  } catch (error) {
    entry.withdraw();
    throw error;
  }
}

/** This process in a folder. */
class Entry implements FolderLock, KeptFolder {
  readonly name: string;
  readonly server = new ControlServer();
  readonly #folder: string;

  private constructor(folder: string) {
    this.#folder = folder;
    this.name = [MARKER, hash(hostname()), hash(BOOT), randomBytes(4).toString('hex')].join('.');
  }

  /** Puts the entry there under another name first: whoever sees it finds it listening, and private. */
  static async put(folder: string): Promise<Entry> {
    statSync(folder); // Throws why there is no such folder; a socket's error would not say.
    const entry = new Entry(folder);
    const draft = `${entry.name}.new`;
    const path = join(folder, draft);
    try {
      if (!(await entry.server.listenIn(folder, draft))) {
        const socket = await entry.server.listenElsewhere(entry.name);
        writeFileSync(path, JSON.stringify({ ...describeSelf(), socket }), { flag: 'wx', mode: 0o600 });
      }
      restrict(path, 0o600);
      renameSync(path, join(folder, entry.name));
      return entry;
    } catch (error) {
      entry.server.close();
      rmSync(path, { force: true });
      throw error;
    }
  }

  serve(answer: Answer): void {
    this.server.serve(answer);
  }

  keep(answer: Answer): Promise<void> {
    return new Promise((resolve) => {
      const yieldTo = () => {
        this.pause();
        resolve();
        return of(true);
      };
      this.server.serve((request) => (isYield(request) ? yieldTo() : answer(request)), 'keeping');
    });
  }

  pause(): void {
    this.server.pause();
  }

  release(): void {
    const marker = join(this.#folder, MARKER);
    if (readRecord(marker)?.entry === this.name) rmSync(marker, { force: true });
    this.withdraw();
  }

  withdraw(): void {
    this.server.close();
    rmSync(join(this.#folder, this.name), { force: true });
  }
}

function isYield(request: unknown): boolean {
  return (request as typeof YIELD | null)?.do === YIELD.do;
}

/** The other processes that have entries in a folder. Removes the entries of dead ones. */
async function findRivals(folder: string, own?: string): Promise<Rival[]> {
  const names = readdirSync(folder).filter((name) => ENTRY.test(name) && name !== own);
  const judged = names.filter((name) => !isDraft(name) || isOld(join(folder, name)));
  const found = await Promise.all(judged.map((name) => findRival(folder, name)));
  return found.filter((rival, index) => rival !== undefined && !isDraft(judged[index] ?? '')) as Rival[];
}

function isDraft(name: string): boolean {
  return name.endsWith('.new');
}

function isOld(path: string): boolean {
  const file = lstatSync(path, { throwIfNoEntry: false });
  return file !== undefined && Date.now() - file.mtimeMs > DRAFT_MS;
}

async function findRival(folder: string, name: string): Promise<Rival | undefined> {
  const path = join(folder, name);
  const file = lstatSync(path, { throwIfNoEntry: false });
  const record = file?.isFile() ? readRecord(path) : undefined;
  const rival = file?.isSocket()
    ? await judgeSocket(folder, name)
    : record && (await judgeRecord(folder, path, record));
  if (!rival) rmSync(path, { force: true });
  return rival;
}

async function judgeSocket(folder: string, name: string): Promise<Rival | undefined> {
  const connect = () => connectIn(folder, name);
  const found = await hail(connect);
  const [, host, boot] = ENTRY.exec(name) ?? [];
  const isNear = host === hash(hostname()) || (BOOT !== undefined && boot === hash(BOOT)) || isLocal(folder);
  if (found === 'missing' || (found === 'refused' && isNear)) return undefined;
  return { path: join(folder, name), connect, ...describe(found) };
}

/** File systems of Linux that one machine alone can mount, by their type in statfs(2). */
const LOCAL = new Set([
  0xef53, // ext2, ext3, ext4
  0x58465342, // XFS
  0x9123683e, // Btrfs
  0xf2f52010, // F2FS
  0x2fc12fc1, // ZFS
  0x01021994, // tmpfs
  0x794c7630, // overlayfs
]);

/** Whether no other machine can see a folder, so that whoever refuses there is dead. */
function isLocal(folder: string): boolean {
  return process.platform === 'linux' && LOCAL.has(statfsSync(folder).type);
}

async function judgeRecord(folder: string, path: string, record: ProcessRecord): Promise<Rival | undefined> {
  const { socket = '', pid, host } = record;
  const connect = () => connectIn(folder, socket);
  const found = socket === '' ? 'unclear' : await hail(connect);
  if (typeof found !== 'string') return { path, connect, ...found };
  const rival = { path, connect, pid, host };
  if (found === 'silent') return { ...rival, state: 'silent' };
  // On Linux, a container or a service may have a temporary folder of its own.
  const isGone = found === 'refused' || (found === 'missing' && process.platform !== 'linux');
  const isDead = host === hostname() && (isGone || isOfAnotherBoot(record) || hasEnded(record));
  return isDead ? undefined : { ...rival, state: 'unseen' };
}

function isOfAnotherBoot({ incarnation }: ProcessRecord): boolean {
  return BOOT !== undefined && incarnation !== undefined && !incarnation.startsWith(`${BOOT} `);
}

/** Whether there is no such process. In a namespace of its own, as on Linux, its number says nothing. */
function hasEnded({ pid, namespace }: ProcessRecord): boolean {
  try {
    return namespace === undefined && !process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
}

/** This process, as hubs of earlier versions understand it: alive, for all that they can see, until the next boot. */
function describeSelf(): ProcessRecord {
  return {
    pid: process.pid,
    host: hostname(),
    namespace: 'unseen',
    ...(BOOT && { incarnation: `${BOOT} 0` }),
  };
}

function describe(found: Greeting | 'silent' | 'refused' | 'unclear'): Pick<Rival, 'state' | 'pid' | 'host'> {
  if (typeof found !== 'string') return found;
  return { state: found === 'silent' ? 'silent' : 'unseen' };
}

/** What is heard of a process at its socket. */
async function hail(
  connect: () => Promise<Socket>,
): Promise<Greeting | 'silent' | 'refused' | 'missing' | 'unclear'> {
  try {
    return (await readGreeting(await connect())) ?? 'silent';
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return 'missing';
    if (/^(ECONNREFUSED|ENOTSOCK)$/.test(code)) return 'refused';
    return /^(EACCES|EPERM)$/.test(code) ? 'unclear' : 'silent'; // Too many ask at once, or it is just hanging up.
  }
}

/**
 * Puts our marker in a folder in which no other entry is, so nobody of this version touches it. Resolves to the hub of an earlier version
 * that uses the folder, if there is one.
 */
async function replaceMarker(folder: string, entry: string): Promise<Rival | undefined> {
  const path = join(folder, MARKER);
  const record = readRecord(path);
  if (record && record.entry === undefined) {
    const rival = await judgeRecord(folder, path, record);
    if (rival) return { ...rival, state: rival.state === 'silent' ? 'earlier' : rival.state };
    if (/^pinhub\.lock\.[0-9a-f]{8}$/.test(record.socket ?? ''))
      rmSync(join(folder, record.socket ?? ''), { force: true });
  }
  rmSync(path, { force: true });
  try {
    writeFileSync(path, JSON.stringify({ ...describeSelf(), entry }), { flag: 'wx', mode: 0o600 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return replaceMarker(folder, entry); // An earlier version was quicker.
    rmSync(path, { force: true }); // The disk is full: the marker is not what holds the folder.
  }
  return undefined;
}

/** `undefined` if there is no such file, or if it was cut off by a power cut. */
function readRecord(path: string): ProcessRecord | undefined {
  try {
    return recordSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof z.ZodError) return undefined;
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

function readBoot(): string | undefined {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    return undefined;
  }
}

function hash(text = ''): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 8);
}

function refuseIfAny(folder: string, rivals: readonly Rival[], states?: readonly RivalState[]): void {
  const rival = rivals.find(({ state }) => states?.includes(state) ?? true);
  if (rival) throw inUse(folder, rival);
}

const REMEDIES: Readonly<Partial<Record<RivalState, string>>> = {
  silent: 'it does not answer; try again, or stop it',
  waiting: 'try again',
  changing: 'try again',
};

function inUse(folder: string, { path, state, pid, host }: Rival): HubError {
  const where = host === undefined || host === hostname() ? '' : ` on ${host}`;
  const process = pid === undefined ? '' : `, process ${pid}${where}`;
  const kind = state === 'waiting' || state === 'changing' ? 'a command' : 'another hub';
  const who = `${kind}${state === 'earlier' ? ' of an earlier version' : ''}${process}`;
  const remedy =
    state === 'unseen'
      ? `it cannot be seen from here; if it is gone, remove ${path}, else choose another folder with --data`
      : (REMEDIES[state] ?? 'stop it, or choose another folder with --data');
  return new HubError('store/unavailable', `${quote(folder, 200)} is in use by ${who}: ${remedy}`);
}
