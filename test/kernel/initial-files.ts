import { execFile } from 'node:child_process';
import { appendFile, chmod, copyFile, cp, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { promisify } from 'node:util';
import { transformWithOxc } from 'vite';
import type { GuestInput } from './guest/report.ts';
import type { GuestFiles } from './guest-files.ts';

const run = promisify(execFile);
const ROOT = join(import.meta.dirname, '../..');

/** The parts of `package-lock.json` that are read. */
interface Lock {
  readonly packages: Readonly<Record<string, LockedPackage>>;
}

interface LockedPackage {
  readonly dev?: boolean;
  readonly peer?: boolean;
  readonly optional?: boolean;
}

/** The program of an emulated Pi: the one that tries the driver, or a script in a folder of JavaScript, which finds `dist` as in this repository. */
export type GuestProgram =
  | { readonly input: GuestInput }
  | { readonly folder: string; readonly main: string };

/** The path of a script in the emulated Pi. */
export function programIn({ folder, main }: { readonly folder: string; readonly main: string }): string {
  return join('/pinhub', relative(ROOT, folder), main);
}

/** Creates a file with the first file system of the emulated Pi: its software, the built package, and the program. */
export async function writeInitialFiles(
  guest: GuestFiles,
  program: GuestProgram,
  scratch: string,
): Promise<string> {
  const folder = join(scratch, 'root');
  const pinhub = join(folder, 'pinhub');
  await mkdir(pinhub, { recursive: true });
  await copyFile(join(import.meta.dirname, 'init'), join(folder, 'init'));
  await chmod(join(folder, 'init'), 0o755);
  await cp(guest.modules, join(folder, 'modules'), { recursive: true });
  await copyPackage(pinhub);
  await cp(guest.packages, join(pinhub, 'node_modules'), { recursive: true });
  await addProgram(program, pinhub);
  const [own, all] = [join(scratch, 'own.cpio'), join(scratch, 'initial-files.cpio')];
  await packArchive(folder, own);
  // A kernel unpacks consecutive archives.
  await copyFile(guest.system, all);
  await appendFile(all, await readFile(own));
  return all;
}

/** The built package, and the packages that it needs. */
async function copyPackage(into: string): Promise<void> {
  await copyFile(join(ROOT, 'package.json'), join(into, 'package.json'));
  for (const folder of ['dist', ...(await listDependencies())]) {
    await mkdir(dirname(join(into, folder)), { recursive: true });
    await cp(join(ROOT, folder), join(into, folder), {
      recursive: true,
      dereference: true,
      filter: isNeeded,
    });
  }
}

/** The folders of all packages that an installed Pinhub includes. */
async function listDependencies(): Promise<string[]> {
  const lock: Lock = JSON.parse(await readFile(join(ROOT, 'package-lock.json'), 'utf8'));
  const isBrought = ({ dev, peer, optional }: LockedPackage) => !dev && !peer && !optional;
  return Object.entries(lock.packages).flatMap(([folder, locked]) =>
    folder !== '' && isBrought(locked) ? folder : [],
  );
}

function isNeeded(path: string): boolean {
  return !/\/rxjs\/(src|dist\/(?!cjs))|\.d\.ts$|\.map$/.test(path);
}

async function addProgram(program: GuestProgram, pinhub: string): Promise<void> {
  if ('folder' in program) {
    await cp(program.folder, join(pinhub, relative(ROOT, program.folder)), { recursive: true });
    return;
  }
  await compileProgram(join(pinhub, 'dist/test/kernel/guest'));
  await writeFile(join(pinhub, 'input.json'), JSON.stringify(program.input));
}

/** Node 20 does not run TypeScript. The files are placed so that they find the built package by the same paths as in the sources. */
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

/** Packs a folder as the kind of archive that a kernel unpacks at boot. All files in it belong to root. */
export async function packArchive(folder: string, file: string): Promise<void> {
  const script = 'find . | cpio --create --format=newc --owner=0:0 --quiet > "$0"';
  await run('bash', ['-o', 'pipefail', '-c', script, file], { cwd: folder });
}
