import { readFileSync } from 'node:fs';
import { basename, join, posix } from 'node:path';

/** A page of the documentation in the repository. */
export interface Source {
  /** The path in the repository: `docs/rest.md`. */
  readonly path: string;
  /** The address below `/docs/`: `rest.html`. */
  readonly address: string;
  /** The page's name in the list of pages. */
  readonly title: string;
  readonly language: string;
  readonly text: string;
}

/** Pages that belong together in the list. */
export interface Group {
  readonly title: string;
  readonly pages: readonly Source[];
}

/** The page that lists all pages in reading order. It is itself the first page. */
const INDEX = 'docs/README.md';

/** The addresses of the pages whose address differs from the name of their file. */
const ADDRESSES: Readonly<Record<string, string>> = {
  [INDEX]: 'index.html',
  'README.md': 'start.html',
  'README.pt-BR.md': 'start.pt-BR.html',
};

/** Reads the list of pages from `docs/README.md`: a table in which a bold word begins a group. */
export function readGroups(root: string): readonly Group[] {
  const groups: { title: string; pages: Source[] }[] = [];
  for (const line of readFileSync(join(root, INDEX), 'utf8').split('\n')) {
    const [, group] = /^\| \*\*(.+)\*\* \|/.exec(line) ?? [];
    const [, title, link] = /^\| \[(.+)\]\((.+)\) \|/.exec(line) ?? [];
    if (group !== undefined) groups.push({ title: group, pages: [] });
    if (title !== undefined && link !== undefined)
      groups.at(-1)?.pages.push(readSource(root, posix.join('docs', link), title));
  }
  return groups;
}

export function readIndex(root: string): Source {
  return readSource(root, INDEX, 'Documentation');
}

function readSource(root: string, path: string, title: string): Source {
  return {
    path,
    address: ADDRESSES[path] ?? `${basename(path, '.md').toLowerCase()}.html`,
    title,
    language: path.endsWith('.pt-BR.md') ? 'pt-BR' : 'en',
    text: readFileSync(join(root, path), 'utf8'),
  };
}
