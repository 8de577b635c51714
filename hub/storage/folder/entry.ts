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
import { z } from 'zod';
import { restrict } from '../../files/files.ts';
import { ControlServer, connectIn, type Greeting, readGreeting } from './control-server.ts';

/**
 * The name of an entry: hashes of the host name and the boot, a random number, and `.new` until the process listens. On another machine
 * that shares the folder, no process can tell whether a socket answers. Containers have a host name each, and a power cut
 * changes the boot; on a file system that only this machine uses, neither matters.
 */
const NAME = /^pinhub\.lock\.([0-9a-f]{8})\.([0-9a-f]{8})\.[0-9a-f]{8}(\.new)?$/;

/** After this time a draft counts as left by a process that died, milliseconds. */
const DRAFT_MS = 60_000;

/** A file instead of a socket, for a folder that cannot hold sockets. */
const recordSchema = z.object({ pid: z.int().positive(), host: z.string(), socket: z.string() });

/** Another process that holds a folder or waits for it. `silent`: it lives, but does not greet. `unseen`: this machine cannot tell. */
export interface Rival {
  readonly path: string;
  readonly state: Greeting['state'] | 'silent' | 'unseen';
  readonly pid?: number | undefined;
  readonly host?: string | undefined;
  readonly connect: () => Promise<Socket>;
}

/** Linux file systems that only one machine can mount at a time, by their type in statfs(2). */
const LOCAL = new Set([
  0xef53, // ext2, ext3, ext4
  0x58465342, // XFS
  0x9123683e, // Btrfs
  0xf2f52010, // F2FS
  0x2fc12fc1, // ZFS
  0x01021994, // tmpfs
  0x794c7630, // overlayfs
]);

/** Identifies the boot of this machine, in all its containers; `undefined` if the system does not say. */
const BOOT = readBoot();

/** This process's entry in a folder: a socket, or a file that names one. */
export interface Entry {
  readonly name: string;
  readonly server: ControlServer;
  withdraw(): void;
}

/** Creates an entry under a draft's name first: a process that sees it finds it listening, and private. Rejects with the file system's error. */
export async function putEntry(folder: string): Promise<Entry> {
  statSync(folder); // Throws if the folder does not exist; a socket's error would not say so.
  const name = ['pinhub.lock', hash(hostname()), hash(BOOT), randomBytes(4).toString('hex')].join('.');
  const path = join(folder, name);
  const draft = `${path}.new`;
  const server = new ControlServer();
  const withdraw = () => {
    server.close();
    for (const one of [draft, path]) rmSync(one, { force: true });
  };
  try {
    if (!(await server.listenIn(folder, `${name}.new`))) {
      const record = { pid: process.pid, host: hostname(), socket: await server.listenElsewhere(name) };
      writeFileSync(draft, JSON.stringify(record), { flag: 'wx', mode: 0o600 });
    }
    restrict(draft, 0o600);
    renameSync(draft, path);
    return { name, server, withdraw };
  } catch (error) {
    withdraw();
    throw error;
  }
}

/** The other processes that have entries in a folder. Removes the entries of dead ones. */
export async function findRivals(folder: string, own?: string): Promise<Rival[]> {
  const names = readdirSync(folder).filter((name) => NAME.test(name) && name !== own);
  const judged = names.filter((name) => !isDraft(name) || isOld(join(folder, name)));
  const rivals = await Promise.all(judged.map((name) => findRival(folder, name)));
  return rivals.flatMap((rival) => (rival && !isDraft(rival.path) ? [rival] : []));
}

function isDraft(path: string): boolean {
  return path.endsWith('.new');
}

function isOld(path: string): boolean {
  const file = lstatSync(path, { throwIfNoEntry: false });
  return file !== undefined && Date.now() - file.mtimeMs > DRAFT_MS;
}

async function findRival(folder: string, name: string): Promise<Rival | undefined> {
  const path = join(folder, name);
  const isFile = lstatSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
  const record = isFile ? readRecord(path) : { socket: name };
  if (record) {
    const connect = () => connectIn(folder, record.socket);
    const found = await askGreeting(connect);
    if (typeof found !== 'string') return { ...found, path, connect };
    const isAlive =
      found === 'silent' || !(isFile ? isDeadRecord(name, found) : isDeadSocket(folder, name, found));
    if (isAlive) return { ...record, path, connect, state: found === 'silent' ? 'silent' : 'unseen' };
  }
  rmSync(path, { force: true });
  return undefined;
}

/** The greeting of the process behind a socket, or the reason why there is none. */
async function askGreeting(
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

function isDeadSocket(folder: string, name: string, found: string): boolean {
  const { isSameHost, isSameBoot } = originOf(name);
  return found === 'missing' || (found === 'refused' && (isSameHost || isSameBoot || isLocal(folder)));
}

/** On Linux a missing socket proves nothing: a container or a service may have a temporary folder of its own. */
function isDeadRecord(name: string, found: string): boolean {
  const { isSameHost, isSameBoot } = originOf(name);
  const isGone = found === 'refused' || (found === 'missing' && process.platform !== 'linux');
  return isSameHost && (isGone || (BOOT !== undefined && !isSameBoot));
}

function originOf(name: string): { isSameHost: boolean; isSameBoot: boolean } {
  const [, host, boot] = NAME.exec(name) ?? [];
  return { isSameHost: host === hash(hostname()), isSameBoot: BOOT !== undefined && boot === hash(BOOT) };
}

/** Whether no other machine can see a folder, so that a process that refuses a connection there is dead. */
function isLocal(folder: string): boolean {
  return process.platform === 'linux' && LOCAL.has(statfsSync(folder).type);
}

/** `undefined` if there is no such file, or if a power cut has damaged it. */
function readRecord(path: string): z.infer<typeof recordSchema> | undefined {
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
