import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { defineConfig, type Plugin } from 'vite';
import { compressFolder } from './compress.ts';
import { transferOf } from './sizes.ts';

const root = join(import.meta.dirname, '..');

/** Each page: its source beside its scripts, and where it is served. */
const pages = [
  { source: 'web/dashboard/index.html', served: 'index.html' },
  { source: 'web/login/index.html', served: 'login/index.html' },
  { source: 'web/simulator/index.html', served: 'simulator/index.html' },
] as const;

const worker = 'web/shell/service-worker.ts';

/** Where `npx vite --config build/vite.config.ts` finds a hub that runs, for work on the pages. */
const hub = process.env.PINHUB_URL ?? 'http://localhost:5000';

export default defineConfig({
  root,
  // Relative, as the hub may lie below any path. Every page is served right below it, wherever its file is.
  base: './',
  experimental: {
    renderBuiltUrl: (file, { hostType }) => (hostType === 'html' ? `./${file}` : { relative: true }),
  },
  publicDir: join(root, 'web/public'),
  plugins: [fillShell(), servePages(), compress()],
  build: {
    outDir: join(root, 'dist/pages'),
    emptyOutDir: true,
    target: 'es2022',
    // The pages' content security policy allows neither inline scripts nor data: URLs.
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    rolldownOptions: {
      input: [...pages.map((page) => page.source), worker].map((source) => join(root, source)),
      output: {
        // Its address must stay: a browser looks there for the next one.
        entryFileNames: ({ facadeModuleId }) =>
          facadeModuleId?.endsWith(worker) ? 'shell/service-worker.js' : 'assets/[name]-[hash].js',
        // The names of shared files end with the entries that share them, after a `~`.
        chunkFileNames: ({ name }) => `assets/${name.replace(/~.*/, '')}-[hash].js`,
        // What several pages use, in few files: over HTTP/1.1 a browser fetches six at a time, and each round costs a slow network its delay.
        // What all pages share is larger than the threshold, so the login page does not load what only the others need.
        codeSplitting: {
          groups: [
            { name: 'shared', minShareCount: 2, entriesAware: true, entriesAwareMergeThreshold: 22_500 },
          ],
        },
      },
    },
  },
  server: {
    // The pages lie deeper here than where the hub serves them.
    proxy: {
      '^/.*\\b(api|socket\\.io)/': {
        target: hub,
        ws: true,
        rewrite: (path) => path.replace(/^.*?\/(?=(api|socket\.io)\/)/, '/'),
      },
    },
  },
});

/** Gives every page the same head, and a header that is there before the scripts are. */
function fillShell(): Plugin {
  const part = (name: string) => readFileSync(join(root, 'web/shell', name), 'utf8').trimEnd();
  return {
    name: 'fill-shell',
    transformIndexHtml: {
      order: 'pre',
      handler: (html) =>
        html.replace(/<!-- shell: (head|header) -->/g, (_, name: string) => part(`${name}.html`)),
    },
  };
}

/** Puts each page where it is served, rather than where its source lies. */
function servePages(): Plugin {
  return {
    name: 'serve-pages',
    enforce: 'post',
    generateBundle: {
      order: 'post',
      handler(_, bundle) {
        for (const { source, served } of pages) {
          const page = bundle[source];
          if (page?.type !== 'asset') throw new Error(`the page ${source} was not built`);
          delete bundle[source];
          this.emitFile({ type: 'asset', fileName: served, source: page.source });
        }
      },
    },
    configureServer({ middlewares }) {
      middlewares.use((request, response, next) => {
        const [path, query = ''] = (request.url ?? '').split('?');
        const page = pages.find(({ served }) => path === `/${served.replace(/\/?index\.html$/, '')}`);
        if (page) response.writeHead(302, { location: `/${page.source}?${query}` }).end();
        else next();
      });
    },
  };
}

/** Compresses what was written, and says how much a browser has to transfer for each page. */
function compress(): Plugin {
  return {
    name: 'compress',
    writeBundle({ dir = '' }) {
      compressFolder(dir);
      const kib = (page: string, encoding: 'br' | 'gz') =>
        `${(transferOf(dir, page, encoding) / 1024).toFixed(1)} KiB ${encoding}`;
      for (const { served } of pages)
        console.log(`${served.padEnd(22)}${kib(served, 'br')}, ${kib(served, 'gz')}`);
    },
  };
}
