#!/usr/bin/env node
// Compiles the programs (tsc) and bundles the pages (Vite) into dist/. With --if-stale it does so only when a
// source or the lock file has changed since the last build.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { removeUnreachable } from './declarations.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const stampFile = join(root, 'dist', '.stamp');
const sources = [
  'package-lock.json',
  'package.json',
  'tsconfig.json',
  'README.md',
  'README.pt-BR.md',
  'CONTRIBUTING.md',
  'build',
  'docs',
  'hub',
  'devices',
  'simulator',
  'test/contracts',
  'web',
];

const stamp = fingerprint();
const isFresh = existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp;
if (!isFresh || !process.argv.includes('--if-stale')) build();

function build() {
  const started = Date.now();
  // The new build goes into a folder of its own: a running hub still serves the last build, which also stays if this one fails.
  const next = join(root, 'dist.next');
  rmSync(next, { recursive: true, force: true });
  // Comments are for those who read declarations and sources: in the programs they take a fifth of the size.
  const compile = (...options) =>
    run('typescript/bin/tsc', '-p', 'build/tsconfig.json', '--outDir', next, ...options);
  compile('--removeComments', '--declaration', 'false');
  compile('--emitDeclarationOnly');
  const pages = ['--config', 'build/vite.config.ts', '--outDir', join(next, 'pages'), '--logLevel', 'warn'];
  run('vite/bin/vite.js', 'build', ...pages);
  const vendor = join(next, 'vendor');
  run(
    'vite/bin/vite.js',
    'build',
    '--config',
    'build/vendor.config.ts',
    '--outDir',
    vendor,
    '--logLevel',
    'warn',
  );
  useVendor(next, vendor);
  removeUnreachable(next, exportedTypes());
  writeFileSync(join(next, '.stamp'), stamp);
  rmSync(join(root, 'dist'), { recursive: true, force: true });
  renameSync(next, join(root, 'dist'));
  console.log(`Built in ${((Date.now() - started) / 1000).toFixed(1)} s.`);
}

/** The declarations that `exports` names, relative to dist/. */
function exportedTypes() {
  const { exports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  return Object.values(exports).flatMap(({ types }) => (types ? [relative('dist', types)] : []));
}

/** Makes the programs import bundled packages from `vendor`. */
function useVendor(folder, vendor) {
  const files = readdirSync(vendor, { recursive: true }).map((file) => file.replaceAll(sep, '/'));
  const names = files.flatMap((file) => (/^(?!shared\/).*\.js$/.test(file) ? [file.slice(0, -3)] : []));
  const imported = new RegExp(`(?<=\\bfrom ['"])(${names.join('|')})(?=['"])`, 'g');
  for (const file of readdirSync(folder, { recursive: true })) {
    const path = join(folder, file);
    if (!file.endsWith('.js') || /^(vendor|pages)\b/.test(file)) continue;
    const source = readFileSync(path, 'utf8');
    const toVendor = relative(dirname(path), vendor).replaceAll(sep, '/');
    const changed = source.replace(imported, (name) => `${toVendor}/${name}.js`);
    if (changed !== source) writeFileSync(path, changed);
  }
}

/** Lists name, size and modification time of every source file. This is cheap, and shows any edit. */
function fingerprint() {
  const hash = createHash('sha256');
  const visit = (path) => {
    const stat = statSync(path, { throwIfNoEntry: false });
    if (stat?.isDirectory()) for (const name of readdirSync(path).sort()) visit(join(path, name));
    else if (stat) hash.update(`${path} ${stat.size} ${stat.mtimeMs}\n`);
  };
  for (const source of sources) visit(join(root, source));
  return hash.digest('hex');
}

function run(script, ...args) {
  const { status } = spawnSync(process.execPath, [join(root, 'node_modules', script), ...args], {
    cwd: root,
    stdio: 'inherit',
  });
  if (status !== 0) process.exit(status ?? 1);
}
