import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { z } from 'zod';

export const processMarkSchema = z.object({
  pid: z.int().positive(),
  host: z.string(),
  /** The boot, and when the process started in it: numbers are soon used again. Only on Linux. */
  incarnation: z.string().optional(),
  /** The PID namespace: a container has its own. Only on Linux. */
  namespace: z.string().optional(),
});

/** Distinguishes a process from all others that have had, or will have, its number. */
type ProcessMark = Readonly<z.infer<typeof processMarkSchema>>;

/** The mark of this process. */
export function markProcess(): ProcessMark {
  return {
    pid: process.pid,
    host: hostname(),
    incarnation: incarnationOf(process.pid),
    namespace: namespace(),
  };
}

/** Whether a process runs; `unknown` if it cannot be seen from here: it is on another machine, or in another container. */
export function fateOf(mark: ProcessMark): 'running' | 'gone' | 'unknown' {
  if (mark.host !== hostname()) return 'unknown';
  if (isOfAnotherBoot(mark)) return 'gone';
  if (mark.namespace !== undefined && mark.namespace !== namespace()) return 'unknown';
  if (!isNumberTaken(mark.pid) || isZombie(mark.pid)) return 'gone';
  if (mark.incarnation === undefined) return 'running';
  const incarnation = incarnationOf(mark.pid);
  // Other users' processes may be hidden (proc(5), hidepid): there is one of that number, and nobody can tell which.
  if (incarnation === undefined) return 'unknown';
  return incarnation === mark.incarnation ? 'running' : 'gone';
}

function isNumberTaken(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}

/** Dead, but its parent has not asked yet how it died. */
function isZombie(pid: number): boolean {
  return /^[ZX]$/.test(statusOf(pid)?.[0] ?? '');
}

/** Which boot of this machine it is, the same in all its containers; `undefined` if the system does not say. */
export function bootId(): string | undefined {
  return ask(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim());
}

function incarnationOf(pid: number): string | undefined {
  const boot = bootId();
  const startedAt = statusOf(pid)?.[19];
  return boot === undefined || startedAt === undefined ? undefined : `${boot} ${startedAt}`;
}

/** The fields of /proc/pid/stat after the name, which may hold anything: the first is the state, the twentieth the start. (proc(5)) */
function statusOf(pid: number): string[] | undefined {
  return ask(() => readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\) /s, ''))?.split(' ');
}

function isOfAnotherBoot({ incarnation }: ProcessMark): boolean {
  const boot = bootId();
  return boot !== undefined && incarnation !== undefined && !incarnation.startsWith(`${boot} `);
}

function namespace(): string | undefined {
  return ask(() => readlinkSync('/proc/self/ns/pid'));
}

/** What the kernel says; `undefined` if it has no such file, or does not show it. */
function ask(read: () => string): string | undefined {
  if (process.platform !== 'linux') return undefined;
  try {
    return read();
  } catch (error) {
    if (/^(ENOENT|ESRCH|EACCES|EPERM)$/.test((error as NodeJS.ErrnoException).code ?? '')) return undefined;
    throw error;
  }
}
