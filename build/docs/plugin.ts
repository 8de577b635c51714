import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Plugin } from 'vite';
import { buildSite } from './site.ts';

/** The template of all pages of the documentation. */
export const DOCS_TEMPLATE = 'web/docs/index.html';

/** Where the documentation is served, one level below the other pages. */
const FOLDER = 'docs/';

const PASSAGES = 'search.json';

/** Builds the documentation, with its images and the passages for the search. In development, each page is rendered on request. */
export function buildDocs(root: string): Plugin {
  const images = () => readdirSync(join(root, 'docs')).filter((file) => /\.(png|svg)$/.test(file));
  return {
    name: 'build-docs',
    enforce: 'post',
    generateBundle: {
      order: 'post',
      handler(_, bundle) {
        const built = bundle[DOCS_TEMPLATE];
        if (built?.type !== 'asset') throw new Error(`the page ${DOCS_TEMPLATE} was not built`);
        delete bundle[DOCS_TEMPLATE];
        const { pages, passages } = buildSite(root, String(built.source).replaceAll('"./', '"../'));
        const emit = (name: string, source: string | Uint8Array) =>
          this.emitFile({ type: 'asset', fileName: FOLDER + name, source });
        for (const [address, html] of pages) emit(address, html);
        for (const image of images()) emit(image, readFileSync(join(root, 'docs', image)));
        emit(PASSAGES, JSON.stringify(passages));
      },
    },
    configureServer(server) {
      server.watcher.on('change', (path) => {
        if (path.endsWith('.md')) server.ws.send({ type: 'full-reload' });
      });
      server.middlewares.use(async (request, response, next) => {
        const [, name] = /^\/docs\/([^?]*)/.exec(request.url ?? '') ?? [];
        if (name === undefined) return next();
        if (images().includes(name)) return response.end(readFileSync(join(root, 'docs', name)));
        const source = readFileSync(join(root, DOCS_TEMPLATE), 'utf8');
        const { pages, passages } = buildSite(
          root,
          await server.transformIndexHtml(`/${DOCS_TEMPLATE}`, source),
        );
        const page = pages.get(name || 'index.html');
        if (page === undefined && name !== PASSAGES) return next();
        response.setHeader(
          'Content-Type',
          page === undefined ? 'application/json' : 'text/html; charset=utf-8',
        );
        response.end(page ?? JSON.stringify(passages));
      });
    },
  };
}
