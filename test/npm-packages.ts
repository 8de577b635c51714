import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** Programs from npm that tests run against the project's own. They are far larger than the project, so they are not among its dependencies. */
const PROGRAMS = {
  // Version 5 needs a newer Node.js than this project.
  'node-red': ['node-red@4.1.8', '@flowfuse/node-red-dashboard@1.31.0'],
} as const satisfies Record<string, readonly string[]>;

export type NpmProgram = keyof typeof PROGRAMS;

/** Longer than an install takes on a slow machine. */
const TIMEOUT_MS = 300_000;

/**
 * The folder in which a program is installed, below the user's cache: the first test that needs it downloads it. `undefined` if npm gives
 * nothing; with `CI=true` that throws instead, so that nothing is skipped unnoticed.
 */
export async function requireNpmProgram(program: NpmProgram): Promise<string | undefined> {
  const packages = PROGRAMS[program];
  const folder = join(cacheFolder(), packages.join(' ').replace(/[^\w.-]+/g, '-'));
  if (existsSync(folder) || (await install(packages, folder))) return folder;
  if (process.env.CI === 'true') throw new Error(`needs ${program}: npm install ${packages.join(' ')}`);
  return undefined;
}

function cacheFolder(): string {
  return join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'pinhub-tests');
}

/** A folder exists only once it is complete. */
async function install(packages: readonly string[], folder: string): Promise<boolean> {
  const part = `${folder}.${process.pid}`;
  await mkdir(part, { recursive: true });
  try {
    await writeFile(join(part, 'package.json'), '{"private":true}');
    const isInstalled = await npmInstall(packages, part);
    if (isInstalled) await rename(part, folder);
    return isInstalled;
  } finally {
    await rm(part, { recursive: true, force: true });
  }
}

async function npmInstall(packages: readonly string[], folder: string): Promise<boolean> {
  const quick = ['--omit=dev', '--no-audit', '--no-fund', '--prefer-offline', '--fetch-retries=1'];
  const npm = spawn('npm', ['install', '--ignore-scripts', ...quick, ...packages], {
    cwd: folder,
    stdio: 'ignore',
    timeout: TIMEOUT_MS,
  });
  const [code] = await once(npm, 'close');
  return code === 0;
}
