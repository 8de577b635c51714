import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';

const manifest = z.object({ name: z.literal('pinhub'), version: z.string() });

/** The package's folder, whether this runs from its sources or from `dist/`. */
const PACKAGE_FOLDER = findPackage(dirname(fileURLToPath(import.meta.url)));

/** The built pages. */
export const PAGES_FOLDER = join(PACKAGE_FOLDER, 'dist', 'pages');

/** The built program, which Node runs. */
export const PROGRAM = join(PACKAGE_FOLDER, 'dist', 'hub', 'main.js');

/** The version in package.json. */
export const VERSION = readManifest(PACKAGE_FOLDER)?.version ?? 'unknown';

function findPackage(folder: string): string {
  if (readManifest(folder) || dirname(folder) === folder) return folder;
  return findPackage(dirname(folder));
}

function readManifest(folder: string): z.infer<typeof manifest> | undefined {
  try {
    return manifest.parse(JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
