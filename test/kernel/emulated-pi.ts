import { execFile, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import type { Release } from './debian-archive.ts';
import type { GuestInput, Report } from './guest/report.ts';
import type { GuestFiles } from './guest-files.ts';
import { writeInitialFiles } from './initial-files.ts';

const run = promisify(execFile);

/** The kernel gets the lower half of the memory. The upper half stands in for the registers of the Pi. */
const MACHINE = ['-machine', 'virt', '-cpu', 'cortex-a72', '-m', '1024', '-nic', 'none'];
/** `iomem=relaxed` lets programs read registers that a driver has claimed. `loglevel=1` keeps the kernel's notes out of the report's lines. */
const KERNEL_ARGUMENTS =
  'mem=512M iomem=relaxed console=ttyAMA0 loglevel=1 nowatchdog mitigations=off rcupdate.rcu_expedited=1 panic=-1';

/** How long the machine may be silent: it reports each step, and the slowest, a start of Node, takes seconds. */
const SILENCE_MS = 300_000;

/** How much of the console a failure shows. */
const SHOWN_LINES = 40;

/** Boots a kernel of Debian on an emulated Pi, and runs the guest's program in it; resolves to all that it reported. */
export async function runOnEmulatedPi(
  guest: GuestFiles,
  release: Release,
  input: GuestInput,
): Promise<Report> {
  const scratch = await mkdtemp(join(tmpdir(), 'pinhub-pi-'));
  try {
    const files = await writeInitialFiles(guest, release, input, scratch);
    const tree = await writeDeviceTree(scratch);
    const boot = ['-kernel', guest.kernel(release), '-initrd', files, '-dtb', tree];
    return reportOf(await consoleOf([...MACHINE, ...boot, '-append', KERNEL_ARGUMENTS]));
  } finally {
    await rm(scratch, { recursive: true });
  }
}

/** The device tree of qemu's machine, with the Pi's parts added. */
async function writeDeviceTree(scratch: string): Promise<string> {
  const [bare, source, tree] = ['bare.dtb', 'pi.dts', 'pi.dtb'].map((name) => join(scratch, name)) as [
    string,
    string,
    string,
  ];
  await run('qemu-system-aarch64', [...MACHINE, '-machine', `dumpdtb=${bare}`, '-display', 'none']);
  const { stdout } = await run('dtc', ['-q', '-I', 'dtb', '-O', 'dts', bare]);
  await writeFile(source, stdout + (await readFile(join(import.meta.dirname, 'pi.dtsi'), 'utf8')));
  await run('dtc', ['-q', '-I', 'dts', '-O', 'dtb', '-o', tree, source]);
  return tree;
}

/** Runs a machine until it turns itself off; resolves to the lines on its console. */
async function consoleOf(args: readonly string[]): Promise<string[]> {
  const qemu = spawn('qemu-system-aarch64', [...args, '-nographic', '-no-reboot'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines: string[] = [];
  const silence = setTimeout(() => qemu.kill(), SILENCE_MS);
  for await (const line of createInterface({ input: qemu.stdout })) {
    lines.push(line.trimEnd());
    silence.refresh();
  }
  clearTimeout(silence);
  return lines;
}

/** The program writes a line for each part, `{"part":…}`, and one for each test of the contract, `{"test":…}`. */
function reportOf(lines: readonly string[]): Report {
  const told = lines.filter((line) => /^\{"(part|test)":/.test(line)).map((line) => JSON.parse(line));
  const parts = told.flatMap(({ part, result }) => (part ? [[part, result]] : []));
  const contract = told.flatMap(({ test }) => test ?? []);
  // A test of the contract may have failed; the report says which.
  if (!lines.some((line) => line.startsWith('node ended')) || contract.length === 0)
    throw new Error(`the emulated Pi did not finish:\n${lines.slice(-SHOWN_LINES).join('\n')}`);
  return { ...Object.fromEntries(parts), contract } as Report;
}
