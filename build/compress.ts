import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

/** Files that compression makes smaller: images other than SVG are compressed already. */
const COMPRESSIBLE = /\.(js|css|html|json|svg|webmanifest)$/;

/** The least size worth compressing, bytes: smaller files fit into one packet anyway. */
const LEAST_BYTES = 1000;

/** Files that get only a gzip form: they are many and seldom read, so a brotli form is not worth its size in the package and its build time. */
const GZIP_ALONE = /^docs\b/;

/** Puts compressed forms beside each compressible file of a folder. */
export function compressFolder(folder: string): void {
  for (const entry of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    const file = join(folder, entry);
    if (!COMPRESSIBLE.test(file) || statSync(file).size < LEAST_BYTES) continue;
    const bytes = readFileSync(file);
    writeFileSync(`${file}.gz`, gzipSync(bytes, { level: constants.Z_BEST_COMPRESSION }));
    if (!GZIP_ALONE.test(entry)) writeFileSync(`${file}.br`, brotliCompressSync(bytes));
  }
}
