import { mkdir, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { HubError, quote } from '../../core/error.ts';
import { describeIssues } from '../../describe-issues.ts';
import { guardStorage, replaceFiles, toStorageError } from '../../files/files.ts';
import { RequestVault } from './request-vault.ts';
import { copyShelves, findUnder, removeFrom, SHELVES, type Shelves, type Vault } from './vault.ts';
import { type ChangeRequest, type ChangeResult, pairs, toJson } from './vault-requests.ts';

/** Increased when the meaning of the file changes. Version 1 had no secrets; it is read, and the next change writes version 2. */
const VERSION = 2;

const first = { format: z.literal('pinhub-access'), users: pairs, tokens: pairs, logins: pairs };
const schema = z.discriminatedUnion('version', [
  z.strictObject({ ...first, version: z.literal(1) }).transform((content) => ({ ...content, secrets: [] })),
  z.strictObject({ ...first, version: z.literal(VERSION), secrets: pairs }),
]);

const EMPTY = { users: [], tokens: [], logins: [], secrets: [] };

/**
 * Opens a vault in one JSON file that only its owner may read. The first record creates it; each change replaces it, so that readers find
 * the old file or the new one, even after a power cut. This process must hold the data folder.
 * Rejects with `store/damaged` if the file is not a vault, with `store/unavailable` if it cannot be read.
 */
export async function openFileVault(path: string): Promise<Vault> {
  await read(path);
  return new RequestVault({ read: () => read(path), perform: (request) => change(path, request) });
}

async function change(path: string, request: ChangeRequest): Promise<ChangeResult> {
  const shelves = await read(path);
  if (request.do === 'delete') {
    if (!removeFrom(shelves[request.shelf], request.keys)) return false;
  } else {
    if (!isDeepStrictEqual(toJson(findUnder(shelves, request.key)), request.found)) return 'again';
    shelves[request.shelf].set(request.key, request.record);
  }
  await write(path, shelves);
  return true;
}

async function read(path: string): Promise<Shelves> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw toStorageError(path, error);
  });
  return copyShelves(text === undefined ? EMPTY : parse(text, path));
}

function parse(text: string, path: string): z.infer<typeof schema> {
  try {
    return schema.parse(JSON.parse(text));
  } catch (cause) {
    const reason = cause instanceof z.ZodError ? describeIssues(cause) : String(cause);
    const remedy = 'put a good copy in its place, or move it away';
    const message = `${quote(path)} does not hold users and tokens as this version keeps them; ${remedy}: ${reason}`;
    throw new HubError('store/damaged', message, { cause });
  }
}

async function write(path: string, shelves: Shelves): Promise<void> {
  const records = Object.fromEntries(SHELVES.map((shelf) => [shelf, [...shelves[shelf]]]));
  const content = JSON.stringify({ format: 'pinhub-access', version: VERSION, ...records }, undefined, 2);
  await guardStorage(path, async () => {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    await replaceFiles([{ path, content: `${content}\n` }]);
  });
}
