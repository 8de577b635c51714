import { statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { HubError, quote } from '../core/error.ts';

const LOOKS_LIKE_PATH = /^[./]|\\|\.[cm]?js$|^[a-z]:/i;

/**
 * The module of a plug-in, for `import()`: from a file, relative to a folder, or from a package installed there or beside Pinhub. A module's
 * address stays unchanged. Throws `option/invalid`.
 */
export function locatePlugin(word: string, folder: string): string {
  if (word.startsWith('file://')) return word;
  const path = resolve(folder, word);
  if (statSync(path, { throwIfNoEntry: false })?.isFile()) return pathToFileURL(path).href;
  if (word === '' || LOOKS_LIKE_PATH.test(word))
    throw new HubError('option/invalid', `there is no file ${quote(path, 200)} for a plug-in`);
  return locatePackage(word, folder);
}

/** A package that only `import` can load is not found from the folder; `import()` then looks beside Pinhub. */
function locatePackage(name: string, folder: string): string {
  try {
    return pathToFileURL(createRequire(join(folder, 'package.json')).resolve(name)).href;
  } catch {
    return name;
  }
}
