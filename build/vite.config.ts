import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { defaultClientConditions, defineConfig, type Plugin, type Rolldown } from 'vite';
import { compressFolder } from './compress.ts';
import { buildDocs, DOCS_TEMPLATE } from './docs/plugin.ts';
import { assetsNamedIn, transferOf } from './sizes.ts';

const root = join(import.meta.dirname, '..');

interface Page {
  /** The path of the HTML source, which lies beside the page's scripts. */
  readonly source: string;
  readonly served: string;
  /** A script that runs before all others, as soon as it has arrived. */
  readonly early?: string;
  /** A script that the page's first script always imports while it runs. */
  readonly soon?: string;
  /** The page that is likely to follow: the browser fetches its scripts and styles once it has nothing else to do. */
  readonly next?: string;
}

const early = 'web/shared/early.ts';

const pages: readonly Page[] = [
  { source: 'web/dashboard/index.html', served: 'index.html', early, soon: 'web/dashboard/start.ts' },
  { source: 'web/login/index.html', served: 'login/index.html', next: 'index.html' },
  { source: 'web/simulator/index.html', served: 'simulator/index.html' },
  { source: 'web/admin/index.html', served: 'admin/index.html' },
  { source: 'web/api/index.html', served: 'api/index.html' },
  { source: 'web/class/index.html', served: 'class/index.html' },
  { source: 'web/topics/index.html', served: 'topics/index.html' },
  { source: 'web/learn/index.html', served: 'learn/index.html' },
];

const login = 'web/login/main.ts';
const simulator = 'web/simulator/main.ts';
const view = 'web/dashboard/start.ts';

const worker = 'web/shell/service-worker.ts';

/** The client that people's own pages import as `client.js`. */
const client = 'hub/client/index.ts';

/** The address of the hub during `npm run dev`. */
const hub = process.env.PINHUB_URL ?? 'http://localhost:5000';

export default defineConfig({
  root,
  // Addresses are relative, because the hub may be mounted below any path. Every page is served directly below that path, whatever its folder.
  base: './',
  experimental: {
    renderBuiltUrl: (file, { hostType }) => (hostType === 'html' ? `./${file}` : { relative: true }),
  },
  publicDir: join(root, 'web/public'),
  // RxJS comes in two versions. The one for this condition uses native classes; the other emulates classes for old browsers, which takes more code.
  resolve: { conditions: ['es2015', ...defaultClientConditions] },
  plugins: [fillShell(), servePages(), buildDocs(root), compress()],
  build: {
    outDir: join(root, 'dist/pages'),
    emptyOutDir: true,
    target: 'es2022',
    // The pages' content security policy allows neither inline scripts nor data: URLs.
    // Scripts that are imported later need no preload list: their modules have already come with the page.
    modulePreload: {
      polyfill: false,
      resolveDependencies: (_, dependencies, { hostType }) => (hostType === 'html' ? dependencies : []),
    },
    assetsInlineLimit: 0,
    rolldownOptions: {
      input: [...pages.map((page) => page.source), DOCS_TEMPLATE, early, worker, client].map((source) =>
        join(root, source),
      ),
      preserveEntrySignatures: 'exports-only',
      output: {
        entryFileNames: ({ facadeModuleId }) => fixedNameOf(facadeModuleId) ?? 'assets/[name]-[hash].js',
        // The bundler appends a `~` and the names of the sharing entries to the name of a shared file: remove them.
        chunkFileNames: ({ name }) => `assets/${name.replace(/~.*/, '')}-[hash].js`,
        // Code that several scripts use goes into four files. Over HTTP/1.1 a browser fetches only six files at a time: each
        // further round costs the delay of the network, and each file costs a slow CPU time. Code that only one page needs stays out of these files.
        codeSplitting: {
          groups: [
            {
              debugName: 'shared',
              minShareCount: 2,
              name: (id, modules) => (isPartOf(login, id, modules) ? 'shared' : null),
            },
            {
              debugName: 'connected',
              minShareCount: 2,
              name: (id, modules) => (isConnected(id, modules) ? 'connected' : null),
            },
            // Code that the simulator shares with its own parts, which it loads later.
            {
              debugName: 'bench',
              minShareCount: 2,
              name: (id, modules) => (isPartOf(simulator, id, modules) ? 'bench' : null),
            },
            {
              debugName: 'view',
              minShareCount: 2,
              name: (id, modules) => (isPartOf(view, id, modules) ? 'view' : null),
            },
            {
              debugName: 'board',
              minShareCount: 2,
              name: (id, modules) => (isPartOf(simulator, id, modules) ? 'board' : null),
            },
          ],
        },
      },
    },
  },
  server: {
    // Everything except pages comes from the hub.
    proxy: {
      '^/(api|socket\\.io|www|modules)/': { target: hub, ws: true },
      '^/(mqtt|client\\.js|openapi\\.json|asyncapi\\.json|healthz|readyz|metrics)(\\?|$)': {
        target: hub,
        ws: true,
      },
    },
  },
});

/** Returns the address of a script that must not change: browsers look for the next service worker there, and other people's pages import the client. */
function fixedNameOf(source: string | null): string | undefined {
  if (source?.endsWith(worker)) return 'shell/service-worker.js';
  return source?.endsWith(client) ? 'client.js' : undefined;
}

/** Gives every page the same head, and a header that is visible before the scripts arrive. */
function fillShell(): Plugin {
  const part = (name: string) => readFileSync(join(root, 'web/shell', name), 'utf8').trimEnd();
  return {
    name: 'fill-shell',
    transformIndexHtml: {
      order: 'pre',
      handler(html, { path, server }) {
        const filled = html.replace(/<!-- shell: (head|header) -->/g, (_, name: string) =>
          part(`${name}.html`),
        );
        // In development a page is served at its own address, away from its scripts.
        return server ? filled.replaceAll('"./', `"${dirname(path)}/`) : filled;
      },
    },
  };
}

/** Moves each page from the path of its source to the path where it is served. */
function servePages(): Plugin {
  return {
    name: 'serve-pages',
    enforce: 'post',
    generateBundle: {
      order: 'post',
      handler(_, bundle) {
        const built = new Map<string, string>();
        for (const { source, served, early, soon } of pages) {
          const page = bundle[source];
          if (page?.type !== 'asset') throw new Error(`the page ${source} was not built`);
          const html = nameSoon(
            runFirst(bundle, String(page.source), early),
            soon ? chunksOf(bundle, soon) : [],
          );
          for (const chunk of chunksNamedIn(bundle, html)) compileAtOnce(chunk);
          delete bundle[source];
          built.set(served, html);
        }
        for (const { served, next } of pages) {
          const html = built.get(served) ?? '';
          const source = next ? nameNext(html, built.get(next) ?? '') : html;
          this.emitFile({ type: 'asset', fileName: served, source });
        }
      },
    },
    configureServer({ middlewares }) {
      middlewares.use((request, _, next) => {
        const [path = '', query = ''] = (request.url ?? '').split('?');
        const page = pages.find(({ served }) => path === `/${served.replace(/\/?index\.html$/, '')}`);
        if (page) request.url = `/${page.source}?${query}`;
        next();
      });
    },
  };
}

/** Whether both the simulator and another page need a module. Modules that only the simulator needs must not burden other pages. */
function isConnected(id: string, modules: Rolldown.ChunkingContext): boolean {
  if (id.endsWith(early) || !isPartOf(simulator, id, modules)) return false;
  const scripts = pages.map(({ source }) => source.replace('index.html', 'main.ts'));
  return [view, ...scripts].some((script) => script !== simulator && isPartOf(script, id, modules));
}

/** Whether a module is a script itself, or the script imports it directly or indirectly. */
function isPartOf(script: string, id: string, modules: Rolldown.ChunkingContext): boolean {
  const importers = new Set([id]);
  for (const one of importers)
    for (const importer of modules.getModuleInfo(one)?.importers ?? []) importers.add(importer);
  return [...importers].some((one) => one.endsWith(script));
}

/** Finds the chunk of a script, and all chunks that it imports. */
function chunksOf(bundle: Rolldown.OutputBundle, script: string): readonly Rolldown.OutputChunk[] {
  const chunks = Object.values(bundle).filter((file) => file.type === 'chunk');
  const first = chunks.find(({ moduleIds }) => moduleIds.some((id) => id.endsWith(script)));
  if (!first) throw new Error(`the script ${script} was not built`);
  const found = new Set([first]);
  for (const { imports } of found)
    for (const chunk of chunks) if (imports.includes(chunk.fileName)) found.add(chunk);
  return [...found];
}

/** Puts a classic script before all scripts and styles of a page: behind the styles, it would wait for them. The script imports and exports nothing. */
function runFirst(bundle: Rolldown.OutputBundle, html: string, script: string | undefined): string {
  const [chunk] = script ? chunksOf(bundle, script) : [];
  if (!chunk) return html;
  if (!chunk.code.startsWith(IN_SCOPE)) chunk.code = `${IN_SCOPE}${chunk.code}})();`;
  return html.replace(/(?=<script )/, `<script crossorigin src="./${chunk.fileName}"></script>\n    `);
}

/** Wraps a classic script in a function, because its names would otherwise be global on the page. */
const IN_SCOPE = '(()=>{';

/** Lists the scripts that a page requests later. The list is before the early script, which has the browser fetch them. */
function nameSoon(html: string, chunks: readonly Rolldown.OutputChunk[]): string {
  const links = chunks
    .map(({ fileName }) => `href="./${fileName}"`)
    .filter((href) => !html.includes(href))
    .map((href) => `<link rel="soon" crossorigin ${href}>\n    `);
  return html.replace(/(?=<script )/, links.join(''));
}

/** Makes the browser prefetch the scripts and styles that the next page needs and this page does not. */
function nameNext(html: string, next: string): string {
  const links = assetsNamedIn(next)
    .filter((asset) => !html.includes(asset))
    .map(
      (asset) =>
        `<link rel="prefetch" as="${asset.endsWith('.css') ? 'style' : 'script'}" crossorigin href="./${asset}">\n  `,
    );
  return html.replace('</head>', `  ${links.join('  ')}</head>`);
}

function chunksNamedIn(bundle: Rolldown.OutputBundle, html: string): readonly Rolldown.OutputChunk[] {
  return Object.values(bundle).flatMap((file) =>
    file.type === 'chunk' && html.includes(`"./${file.fileName}"`) ? [file] : [],
  );
}

const COMPILE_AT_ONCE = '//# allFunctionsCalledOnLoad\n';

/**
 * Tells the browser that a script's functions are called soon. Chromium then compiles them while the script still arrives, in
 * parallel to the page's own work, instead of one by one during the first view.
 */
function compileAtOnce(chunk: Rolldown.OutputChunk): void {
  if (!chunk.code.startsWith(COMPILE_AT_ONCE)) chunk.code = COMPILE_AT_ONCE + chunk.code;
}

/** Compresses the written files, and prints how much a browser has to transfer for each page. */
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
