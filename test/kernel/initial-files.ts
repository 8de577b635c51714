import { execFile } from 'node:child_process';
import { appendFile, chmod, copyFile, cp, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { transformWithOxc } from 'vite';
import type { Release } from './debian-archive.ts';
import type { GuestInput } from './guest/report.ts';
import type { GuestFiles } from './guest-files.ts';

const run = promisify(execFile);
const ROOT = join(import.meta.dirname, '../..');

/** Makes a file with the first file system of the emulated Pi: its software, the built package, and the program that tries it. */
export async function writeInitialFiles(
  guest: GuestFiles,
  release: Release,
  input: GuestInput,
  scratch: string,
): Promise<string> {
  const folder = join(scratch, 'root');
  const pinhub = join(folder, 'pinhub');
  await mkdir(pinhub, { recursive: true });
  await copyFile(join(import.meta.dirname, 'init'), join(folder, 'init'));
  await chmod(join(folder, 'init'), 0o755);
  await cp(guest.modules(release), join(folder, 'modules'), { recursive: true });
  await copyPackage(pinhub);
  await cp(guest.packages, join(pinhub, 'node_modules'), { recursive: true });
  await compileProgram(join(pinhub, 'dist/test/kernel/guest'));
  await writeFile(join(pinhub, 'input.json'), JSON.stringify(input));
  const [own, all] = [join(scratch, 'own.cpio'), join(scratch, 'initial-files.cpio')];
  await packArchive(folder, own);
  // A kernel unpacks archives that follow each other.
  await copyFile(guest.system, all);
  await appendFile(all, await readFile(own));
  return all;
}

/** The built package without its pages, and the only packages that its drivers need. */
async function copyPackage(into: string): Promise<void> {
  await copyFile(join(ROOT, 'package.json'), join(into, 'package.json'));
  const isProgram = (path: string) => !/\/dist\/(pages|vendor)\b|\.d\.ts$|\.map$/.test(path);
  await cp(join(ROOT, 'dist'), join(into, 'dist'), { recursive: true, filter: isProgram });
  for (const name of ['rxjs', 'tslib']) {
    const isNeeded = (path: string) => !/\/rxjs\/(src|dist\/(?!cjs))|\.d\.ts$|\.map$/.test(path);
    const from = join(ROOT, 'node_modules', name);
    await cp(from, join(into, 'node_modules', name), {
      recursive: true,
      dereference: true,
      filter: isNeeded,
    });
  }
}

/** Node 20 runs no TypeScript. The files come to lie where they find the built package by the same paths as in the sources. */
async function compileProgram(into: string): Promise<void> {
  const folder = join(import.meta.dirname, 'guest');
  await mkdir(into, { recursive: true });
  for (const file of await readdir(folder)) {
    const source = await readFile(join(folder, file), 'utf8');
    const typescript = { rewriteImportExtensions: 'rewrite', onlyRemoveTypeImports: true } as const;
    const { code } = await transformWithOxc(source, join(folder, file), { typescript, sourcemap: false });
    await writeFile(join(into, file.replace(/\.ts$/, '.js')), code);
  }
}

/** Packs a folder as the kind of archive that a kernel unpacks at its start. All files in it belong to root. */
export async function packArchive(folder: string, file: string): Promise<void> {
  const script = 'find . | cpio --create --format=newc --owner=0:0 --quiet > "$0"';
  await run('bash', ['-o', 'pipefail', '-c', script, file], { cwd: folder });
}
