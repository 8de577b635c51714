import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { z } from 'zod';

export const processMarkSchema = z.object({
  pid: z.int().positive(),
  host: z.string(),
  /** The boot, and when in it the process was started: numbers are soon given anew. Only Linux says. */
  incarnation: z.string().optional(),
  /** The space in which its number means it: a container has one of its own. Only Linux says. */
  namespace: z.string().optional(),
});

/** What tells a process from all others that have had, or will have, its number. */
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

/** Whether a process runs; `unknown` where it cannot be seen from here, as one of another machine or container. */
export function fateOf(mark: ProcessMark): 'running' | 'gone' | 'unknown' {
  if (mark.host !== hostname()) return 'unknown';
  if (isOfAnotherBoot(mark)) return 'gone';
  if (mark.namespace !== undefined && mark.namespace !== namespace()) return 'unknown';
  if (!isNumberTaken(mark.pid) || isZombie(mark.pid)) return 'gone';
  if (mark.incarnation === undefined) return 'running';
  const incarnation = incarnationOf(mark.pid);
  // Other users' processes may be hidden (proc(5), hidepid): then there is one of that number, and which is not to be seen.
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

/** Dead, and only its parent has not asked how it died. */
function isZombie(pid: number): boolean {
  return /^[ZX]$/.test(statusOf(pid)?.[0] ?? '');
}

function incarnationOf(pid: number): string | undefined {
  const boot = ask(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim());
  const startedAt = statusOf(pid)?.[19];
  return boot === undefined || startedAt === undefined ? undefined : `${boot} ${startedAt}`;
}

/** The fields of /proc/pid/stat behind the name, which may hold anything: the first is the state, the twentieth the start. (proc(5)) */
function statusOf(pid: number): string[] | undefined {
  return ask(() => readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\) /s, ''))?.split(' ');
}

function isOfAnotherBoot({ incarnation }: ProcessMark): boolean {
  const [boot] = incarnationOf(process.pid)?.split(' ') ?? [];
  return boot !== undefined && incarnation !== undefined && !incarnation.startsWith(`${boot} `);
}

function namespace(): string | undefined {
  return ask(() => readlinkSync('/proc/self/ns/pid'));
}

/** What the kernel says; `undefined` where it has no such file, or does not show it. */
function ask(read: () => string): string | undefined {
  if (process.platform !== 'linux') return undefined;
  try {
    return read();
  } catch (error) {
    if (/^(ENOENT|ESRCH|EACCES|EPERM)$/.test((error as NodeJS.ErrnoException).code ?? '')) return undefined;
    throw error;
  }
}
