import { join } from 'node:path';
import { defineConfig, type Plugin } from 'vite';

const root = join(import.meta.dirname, '..');

/** Each page: its source beside its scripts, and where it is served. */
const pages = [
  { source: 'web/dashboard/index.html', served: 'index.html' },
  { source: 'web/login/index.html', served: 'login/index.html' },
  { source: 'web/simulator/index.html', served: 'simulator/index.html' },
] as const;

/** Where `npx vite --config build/vite.config.ts` finds a hub that runs, for work on the pages. */
const hub = process.env.PINHUB_URL ?? 'http://localhost:5000';

export default defineConfig({
  root,
  base: '/',
  publicDir: false,
  plugins: [servePages()],
  build: {
    outDir: join(root, 'dist/pages'),
    emptyOutDir: true,
    target: 'es2022',
    // The pages' content security policy allows neither inline scripts nor data: URLs.
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    rolldownOptions: { input: pages.map((page) => join(root, page.source)) },
  },
  server: {
    proxy: { '/socket.io': { target: hub, ws: true }, '/api': hub },
  },
});

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
