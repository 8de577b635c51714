import { posix } from 'node:path';
import type { Source } from './sources.ts';

/** The targets of the pages' links. */
export interface Places {
  /** Every page, by its path in the repository. */
  readonly pages: ReadonlyMap<string, Source>;
  /** The address of a folder or file of the repository that is not a page. */
  readonly repository: string;
}

const IMAGE = /\.(png|svg)$/;

/** Returns the address on the site for a link of a page. The link may lead to another page, an image, or another file of the repository. */
export function resolveLink(link: string, from: Source, { pages, repository }: Places): string {
  if (/^([a-z]+:|#)/.test(link)) return link;
  const [file = '', anchor] = link.split('#');
  const path = posix.join(posix.dirname(from.path), file);
  const page = pages.get(path);
  if (page) return anchor === undefined ? page.address : `${page.address}#${anchor}`;
  return IMAGE.test(path) ? imageAddress(path) : `${repository}/${path}`;
}

/** All images of `docs/` lie beside the pages. */
export function imageAddress(path: string): string {
  return posix.basename(path);
}
