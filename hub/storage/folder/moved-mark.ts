import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { HubError, quote } from '../../core/error.ts';
import { guardStorage, replaceFiles } from '../../files/files.ts';

const NAME = 'moved-to-cluster.json';

const schema = z.strictObject({
  format: z.literal('pinhub-moved'),
  version: z.literal(1),
  /** Distinguishes this move from others, also in the cluster. */
  id: z.string(),
  cluster: z.string(),
  /** When the move began, or ended. */
  at: z.iso.datetime(),
  isDone: z.boolean(),
});

/** Records that a cluster has the content of a data folder, or is getting it. */
export type MovedMark = Readonly<Omit<z.infer<typeof schema>, 'format' | 'version'>>;

/** The mark of a folder; `undefined` if it was not moved. Throws `store/damaged` and `store/unavailable`. */
export function readMovedMark(folder: string): MovedMark | undefined {
  const text = guardStorage(folder, () => readIfThere(join(folder, NAME)));
  if (text === undefined) return undefined;
  const { success, data } = schema.safeParse(parse(text));
  if (success) return data;
  const message = `${quote(join(folder, NAME), 200)} does not say to which cluster this folder was moved`;
  throw new HubError('store/damaged', message);
}

/** Marks a folder. Resolves once the mark survives a power cut. */
export async function writeMovedMark(folder: string, mark: MovedMark): Promise<void> {
  const content = JSON.stringify({ format: 'pinhub-moved', version: 1, ...mark }, undefined, 2);
  await guardStorage(folder, () => replaceFiles([{ path: join(folder, NAME), content: `${content}\n` }]));
}

/** Removes the mark, as nothing of the folder was moved after all. */
export function removeMovedMark(folder: string): void {
  guardStorage(folder, () => rmSync(join(folder, NAME), { force: true }));
}

/** Throws `store/unavailable` if a cluster has the content of a folder: the folder is out of date, including users and tokens. */
export function refuseIfMoved(folder: string): void {
  const mark = readMovedMark(folder);
  if (!mark) return;
  const { cluster, at, isDone } = mark;
  const when = `cluster ${cluster} on ${at.slice(0, 10)}, so what is in it may be old`;
  const back =
    'start the hub with --cluster; or, to go on without it, "pinhub cluster import --to-folder DIR" writes what the cluster has to another folder, for --data';
  const message = isDone
    ? `${quote(folder, 200)} was moved to ${when}: ${back}`
    : `${quote(folder, 200)} began to move to ${when}: ${back}. If no hub of the cluster has served since, removing ${NAME} is enough`;
  throw new HubError('store/unavailable', message);
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw error;
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
