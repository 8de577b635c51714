import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { freePort } from '../conformance/pigpiod/free-port.ts';
import type { Shell } from './guest/registers.ts';
import type { Report } from './guest/report.ts';
import type { GuestFiles } from './guest-files.ts';
import { type GuestProgram, programIn, writeInitialFiles } from './initial-files.ts';
import { SerialConsole } from './serial-console.ts';

const run = promisify(execFile);

/** The kernel gets the lower half of the memory. The upper half stands in for the registers of the Pi. */
const MACHINE = ['-machine', 'virt', '-cpu', 'cortex-a72', '-m', '1024', '-nic', 'none'];
/** `iomem=relaxed` lets programs read registers that a driver has claimed. `loglevel=1` keeps the kernel's messages out of the report's lines. */
const KERNEL_ARGUMENTS =
  'mem=512M iomem=relaxed console=ttyAMA0 loglevel=1 nowatchdog mitigations=off rcupdate.rcu_expedited=1 panic=-1';

/** The servers behind the network card of the emulated Pi: the pages of the hub, its pigpiod, and a shell. `init` has the same numbers. */
const SERVICES = { pages: 5000, pigpiod: 8888, shell: 2323 } as const;

/** The ports of this machine that lead to the servers of the emulated Pi. */
export type Ports = Readonly<Record<keyof typeof SERVICES, number>>;

export interface BootOptions {
  /** The program that the emulated Pi runs first. */
  readonly program: GuestProgram;
  /** Whether the hub starts once the program has ended. Default false. */
  readonly withHub?: boolean;
  /** A file with more parts for the device tree. */
  readonly extraTree?: string;
  /** Whether its clock counts instructions, 2 ns each, independent of the load of this machine. No time passes while it waits. Default false. */
  readonly countsInstructions?: boolean;
}

/** An emulated Pi with a Debian kernel. It runs the guest's program and then, if requested, the hub with pigpiod in front of its pins. */
export class EmulatedPi {
  readonly ports: Ports;
  readonly #qemu: ChildProcess;
  readonly #isOff: Promise<unknown>;
  readonly #console: SerialConsole;
  readonly #scratch: string;

  /** Resolves when the emulated Pi has been turned on. */
  static async boot(guest: GuestFiles, options: BootOptions): Promise<EmulatedPi> {
    const scratch = await mkdtemp(join(tmpdir(), 'pinhub-pi-'));
    try {
      const files = await writeInitialFiles(guest, options.program, scratch);
      const tree = await writeDeviceTree(scratch, options);
      const boot = ['-kernel', guest.kernel, '-initrd', files, '-dtb', tree];
      const clock = options.countsInstructions ? ['-icount', 'shift=1,sleep=off'] : [];
      const machine = [...MACHINE, ...clock, ...boot, '-append', kernelArgumentsFor(options)];
      return new EmulatedPi(machine, await choosePorts(), scratch);
    } catch (error) {
      await rm(scratch, { recursive: true });
      throw error;
    }
  }

  private constructor(machine: readonly string[], ports: Ports, scratch: string) {
    const args = [...machine, ...networkTo(ports), '-nographic', '-no-reboot'];
    const qemu = spawn('qemu-system-aarch64', args, { stdio: ['ignore', 'pipe', 'inherit'] });
    this.ports = ports;
    this.#qemu = qemu;
    this.#isOff = once(qemu, 'close');
    this.#console = new SerialConsole(qemu.stdout);
    this.#scratch = scratch;
  }

  /** Resolves to everything that the guest's program has reported, once it has ended. */
  async report(): Promise<Report> {
    const lines = await this.programEnded();
    const told = lines.filter((line) => /^\{"(part|test)":/.test(line)).map((line) => JSON.parse(line));
    const parts = told.flatMap(({ part, result }) => (part ? [[part, result]] : []));
    const contract = told.flatMap(({ test }) => test ?? []);
    // A test of the contract may have failed; the report says which.
    if (contract.length === 0) throw new Error(`the program did not finish:\n${lines.slice(-40).join('\n')}`);
    return { ...Object.fromEntries(parts), contract } as Report;
  }

  /** Resolves to the console output until the program has ended. */
  programEnded(): Promise<string[]> {
    return this.#console.until(/^node ended with/);
  }

  /** Resolves to what the hub prints when it serves. */
  async hubBanner(): Promise<string> {
    return (await this.#console.until(/^ {2}Stop /)).join('\n');
  }

  /** Opens a shell of the emulated Pi's root user. */
  async shell(): Promise<Shell & { close(): void }> {
    const socket = connect(this.ports.shell, '127.0.0.1');
    await once(socket, 'connect');
    return { stdin: socket, stdout: socket, close: () => socket.destroy() };
  }

  async turnOff(): Promise<void> {
    this.#qemu.kill('SIGKILL');
    await this.#isOff;
    await rm(this.#scratch, { recursive: true });
  }
}

/** The kernel's options. The kernel passes unknown options to its first process, as variables. */
function kernelArgumentsFor({ program, withHub = false }: BootOptions): string {
  const arguments_ = [KERNEL_ARGUMENTS, ...(withHub ? ['hub=yes'] : [])];
  if ('folder' in program) arguments_.push(`program=${programIn(program)}`);
  return arguments_.join(' ');
}

/** The device tree of qemu's machine, with the Pi's parts added. */
async function writeDeviceTree(scratch: string, { extraTree }: BootOptions): Promise<string> {
  const [bare, source, tree] = ['bare.dtb', 'pi.dts', 'pi.dtb'].map((name) => join(scratch, name)) as [
    string,
    string,
    string,
  ];
  await run('qemu-system-aarch64', [...MACHINE, '-machine', `dumpdtb=${bare}`, '-display', 'none']);
  const { stdout } = await run('dtc', ['-q', '-I', 'dtb', '-O', 'dts', bare]);
  const parts = [join(import.meta.dirname, 'pi.dtsi'), ...(extraTree ? [extraTree] : [])];
  const texts = await Promise.all(parts.map((part) => readFile(part, 'utf8')));
  await writeFile(source, [stdout, ...texts].join(''));
  await run('dtc', ['-q', '-I', 'dts', '-O', 'dtb', '-o', tree, source]);
  return tree;
}

async function choosePorts(): Promise<Ports> {
  const [pages, pigpiod, shell] = await Promise.all([freePort(), freePort(), freePort()]);
  return { pages, pigpiod, shell };
}

/** A network card, and behind it a network that only this machine can reach. */
function networkTo(ports: Ports): string[] {
  const ways = (['pages', 'pigpiod', 'shell'] as const).map(
    (service) => `,hostfwd=tcp:127.0.0.1:${ports[service]}-10.0.2.15:${SERVICES[service]}`,
  );
  return [
    '-netdev',
    `user,id=network,restrict=on${ways.join('')}`,
    '-device',
    'virtio-net-device,netdev=network',
  ];
}
