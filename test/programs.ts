import { spawnSync } from 'node:child_process';
import { describe } from 'vitest';

interface Recipe {
  /** A command that succeeds if the program is there. */
  readonly probe: readonly [command: string, ...args: string[]];
  /** The Debian packages that contain it. */
  readonly packages: readonly string[];
  /** Whether only a person may install it: its package changes how the machine starts. */
  readonly isInstalledByHand?: true;
}

/** The independent programs that tests run against the project's own, and how each is found and installed. */
const RECIPES = {
  pigs: { probe: ['which', 'pigs'], packages: ['pigpio-tools'] },
  'python3-pigpio': { probe: ['/usr/bin/python3', '-c', 'import pigpio'], packages: ['python3-pigpio'] },
  gpiozero: {
    probe: ['/usr/bin/python3', '-c', 'import gpiozero, pigpio'],
    packages: ['python3-gpiozero', 'python3-pigpio'],
  },
  'flask-socketio': {
    probe: ['/usr/bin/python3', '-c', 'import flask_socketio'],
    packages: ['python3-flask-socketio'],
  },
  'python-socketio': {
    probe: ['/usr/bin/python3', '-c', 'import socketio, websocket'],
    packages: ['python3-socketio', 'python3-websocket'],
  },
  libmosquitto: { probe: ['test', '-f', '/usr/include/mosquitto.h'], packages: ['libmosquitto-dev'] },
  faketime: { probe: ['which', 'faketime'], packages: ['faketime'] },
  prlimit: { probe: ['which', 'prlimit'], packages: ['util-linux'] },
  gcc: { probe: ['which', 'gcc'], packages: ['gcc', 'libc6-dev'] },
  'libpigpiod-if': {
    probe: ['test', '-f', '/usr/include/pigpiod_if2.h'],
    packages: ['libpigpiod-if-dev'],
  },
  mosquitto_pub: { probe: ['which', 'mosquitto_pub'], packages: ['mosquitto-clients'] },
  mosquitto: { probe: ['which', 'mosquitto'], packages: ['mosquitto'] },
  nginx: { probe: ['which', 'nginx'], packages: ['nginx-light'] },
  caddy: { probe: ['which', 'caddy'], packages: ['caddy'] },
  'paho-mqtt': {
    probe: ['/usr/bin/python3', '-c', 'import paho.mqtt.client'],
    packages: ['python3-paho-mqtt'],
  },
  'systemd-analyze': {
    probe: ['which', 'systemd-analyze'],
    packages: ['systemd'],
    isInstalledByHand: true,
  },
  'python3-yaml': { probe: ['/usr/bin/python3', '-c', 'import yaml'], packages: ['python3-yaml'] },
  'qemu-system-aarch64': { probe: ['which', 'qemu-system-aarch64'], packages: ['qemu-system-arm'] },
  dtc: { probe: ['which', 'dtc'], packages: ['device-tree-compiler'] },
  cpio: { probe: ['which', 'cpio'], packages: ['cpio'] },
  'apt-get': { probe: ['which', 'apt-get', 'dpkg-deb'], packages: ['apt'] },
  chromium: { probe: ['test', '-x', '/usr/bin/chromium'], packages: ['chromium'] },
} as const satisfies Record<string, Recipe>;

/** A program that tests may need. */
export type Program = keyof typeof RECIPES;

const found = new Map<Program, boolean>();

/**
 * Whether a program is there, after trying to install it if that is allowed: as root, on Debian.
 * With `CI=true` absence throws instead, so that nothing is skipped unnoticed.
 */
export function requireProgram(program: Program): boolean {
  const known = found.get(program);
  if (known !== undefined) return known;
  const here = probe(program) || (install(program) && probe(program));
  if (!here && process.env.CI === 'true') {
    throw new Error(`needs ${program}: apt-get install ${RECIPES[program].packages.join(' ')}`);
  }
  found.set(program, here);
  return here;
}

/** A `describe` that runs if its programs are there, and otherwise says in its title what it needs. */
export function describeWith(programs: Program | readonly Program[], title: string, body: () => void): void {
  const missing = [programs].flat().filter((program) => !requireProgram(program));
  if (missing.length === 0) describe(title, body);
  else describe.skip(`${title} (skipped: needs ${missing.join(', ')})`, body);
}

function probe(program: Program): boolean {
  const [command, ...args] = RECIPES[program].probe;
  return spawnSync(command, args, { stdio: 'ignore' }).status === 0;
}

function install(program: Program): boolean {
  const recipe: Recipe = RECIPES[program];
  if (recipe.isInstalledByHand) return false;
  if (process.getuid?.() !== 0 || spawnSync('which', ['apt-get'], { stdio: 'ignore' }).status !== 0)
    return false;
  const installed = () => apt('install', '--yes', '--no-install-recommends', ...RECIPES[program].packages);
  // A fresh container has no package lists.
  return installed() || (apt('update') && installed());
}

/** Runs apt-get; returns whether it succeeded. Another test may be installing something: then it waits. */
function apt(...args: string[]): boolean {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const { status } = spawnSync('apt-get', ['-o', 'DPkg::Lock::Timeout=100', ...args], {
    stdio: 'ignore',
    env,
    timeout: 110_000,
  });
  return status === 0;
}
