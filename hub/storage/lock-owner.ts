import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { LifeSign } from './life-sign.ts';

const schema = z.object({
  pid: z.int().positive(),
  host: z.string(),
  /** On Linux the boot, and when in it the process was started: after a power cut, numbers of processes are soon given anew. */
  incarnation: z.string().optional(),
  /** On Linux, what the number of the process is a number in: each container has its own. */
  namespace: z.string().optional(),
  /** The name of its life sign. */
  socket: z
    .string()
    .regex(/^pinhub\.lock\.[0-9a-f]{8}$/)
    .optional(),
});

/** Who has a lock. */
export type LockOwner = z.infer<typeof schema>;

/** This process. */
export function describeSelf(lifeSign: LifeSign | undefined): LockOwner {
  const incarnation = incarnationOf(process.pid);
  const namespace = readNamespace();
  return {
    pid: process.pid,
    host: hostname(),
    ...(incarnation !== undefined && { incarnation }),
    ...(namespace !== undefined && { namespace }),
    ...(lifeSign && { socket: lifeSign.name }),
  };
}

/** The owner that a lock names; `undefined` where it names none. */
export function parseOwner(content: string): LockOwner | undefined {
  try {
    return schema.parse(JSON.parse(content));
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof z.ZodError) return undefined;
    throw error;
  }
}

/** Where an owner's life sign is. */
export function socketPath(folder: string, { socket }: LockOwner): string | undefined {
  return socket === undefined ? undefined : join(folder, socket);
}

/** `unseen`: it cannot be told from here. */
export type Presence = 'there' | 'gone' | 'unseen';

/** Whether an owner is still there. */
export async function findPresence(folder: string, owner: LockOwner): Promise<Presence> {
  if (owner.host !== hostname()) return 'unseen';
  const path = socketPath(folder, owner);
  const answers = path === undefined ? undefined : await LifeSign.ask(path);
  if (answers === true) return 'there';
  if (isOfEarlierBoot(owner)) return 'gone';
  const isOfOurs = owner.namespace === undefined || owner.namespace === readNamespace();
  if (isOfOurs) return isRunning(owner) ? 'there' : 'gone';
  return answers === false ? 'gone' : 'unseen';
}

function isOfEarlierBoot({ incarnation }: LockOwner): boolean {
  const boot = readBoot();
  return boot !== undefined && incarnation !== undefined && !incarnation.startsWith(`${boot} `);
}

/** Whether there is a process of that number, and not another one by now. */
function isRunning({ pid, incarnation }: LockOwner): boolean {
  const present = incarnationOf(pid);
  if (incarnation !== undefined && present !== undefined && incarnation !== present) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}

/** `undefined` where it cannot be seen: other systems, no such process, or one of somebody else that is hidden. (proc(5), hidepid) */
function incarnationOf(pid: number): string | undefined {
  const stat = readIfSeen(() => readFileSync(`/proc/${pid}/stat`, 'utf8'));
  const boot = readBoot();
  if (stat === undefined || boot === undefined) return undefined;
  // After the name, which may hold anything, the start is the twentieth field. (proc(5), /proc/pid/stat)
  const fields = stat.replace(/^.*\) /s, '').split(' ');
  return `${boot} ${fields[19]}`;
}

function readBoot(): string | undefined {
  return readIfSeen(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim());
}

function readNamespace(): string | undefined {
  return readIfSeen(() => readlinkSync('/proc/self/ns/pid'));
}

function readIfSeen(read: () => string): string | undefined {
  if (process.platform !== 'linux') return undefined;
  try {
    return read();
  } catch (error) {
    if (/ENOENT|ESRCH|EACCES|EPERM/.test((error as NodeJS.ErrnoException).code ?? '')) return undefined;
    throw error;
  }
}
