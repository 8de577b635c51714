import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const ROOT = join(import.meta.dirname, '../..');

/** An empty project elsewhere, into which the packed package is installed. */
export interface Consumer {
  readonly folder: string;
  readonly tarball: string;
  /** Runs a program in the project; resolves to its standard output, and rejects if it fails. */
  run(program: string, ...args: string[]): Promise<string>;
  write(name: string, text: string): Promise<void>;
  /** Counts the packages that `npm install` has put there, and their bytes. */
  measure(): Promise<{ readonly packages: number; readonly bytes: number }>;
  dispose(): Promise<void>;
}

/** Packs a clean copy of the sources, as `npm publish` does, and installs the tarball. */
export async function installPackage(): Promise<Consumer> {
  const base = await mkdtemp(join(tmpdir(), 'pinhub-package-'));
  const [copy, folder] = [join(base, 'sources'), join(base, 'project')];
  await cp(ROOT, copy, { recursive: true, filter: (path) => isSource(path.slice(ROOT.length + 1)) });
  await symlink(join(ROOT, 'node_modules'), join(copy, 'node_modules'));
  await mkdir(folder);
  await writeFile(
    join(folder, 'package.json'),
    JSON.stringify({ name: 'project', private: true, type: 'module' }),
  );
  await run('npm', ['pack', '--pack-destination', base], { cwd: copy });
  const [name = ''] = (await readdir(base)).filter((file) => file.endsWith('.tgz'));
  const tarball = join(base, name);
  await run('npm', ['install', tarball, '--no-audit', '--no-fund', '--prefer-offline'], { cwd: folder });
  const maxBuffer = 2 ** 24;
  return {
    folder,
    tarball,
    run: async (program, ...args) => (await run(program, args, { cwd: folder, maxBuffer })).stdout,
    write: (file, text) => writeFile(join(folder, file), text),
    measure: () => measure(join(folder, 'node_modules')),
    dispose: () => rm(base, { recursive: true }),
  };
}

function isSource(path: string): boolean {
  return !/^(node_modules|dist|dist\.next|dist\.dev|\.git|bench|test\/(?!contracts)[^/]+)(\/|$)/.test(path);
}

/** Counts packages by their package.json, and bytes as on a disk with 4 KiB blocks. */
async function measure(folder: string) {
  const files = await readdir(folder, { recursive: true, withFileTypes: true });
  const isPackage = /(^|\/)node_modules\/(@[^/]+\/)?[^/]+\/package\.json$/;
  const paths = files.filter((file) => file.isFile()).map((file) => join(file.parentPath, file.name));
  const sizes = await Promise.all(paths.map(async (path) => (await stat(path)).size));
  return {
    packages: paths.filter((path) => isPackage.test(path)).length,
    bytes: sizes.reduce((sum, size) => sum + Math.ceil(size / 4096) * 4096, 0),
  };
}
