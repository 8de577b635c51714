import type { ServerResponse } from 'node:http';
import { join } from 'node:path';
import { type RequestHandler, Router } from 'express';
import expressStaticGzip from 'express-static-gzip';

interface PagesOptions {
  /** The folder of the built pages, each file with its compressed forms beside it. */
  readonly pagesFolder: string;
  /** Passes on users who may see the pages; sends the others to log in. */
  readonly gate: RequestHandler;
  /** The beginning of the pages' paths; may be empty. */
  readonly basePath: string;
  /** See `LoginOptions`. */
  readonly loginPage: string | false | undefined;
  /** Whether there is a class: visitors then come in by its page. */
  readonly hasClass: boolean;
}

/** The names of these files change with their content. */
const ASSETS = { immutable: true, maxAge: '1y' } as const;

/** Revalidated each time, mostly answered with "not modified". */
const PAGES = { redirect: false, setHeaders: noCache } as const;

/** Pages behind the gate that are files in folders of their own. */
const GUARDED = ['simulator', 'topics', 'admin', 'api', 'learn'];

/** Pages that are shown one level above their folders: there their relative addresses are right. */
const FOLDERS = ['login', ...GUARDED];

/** The built pages, in the best compressed form that the browser accepts. Login page, documentation, assets and shell are public, the rest is behind the gate. */
export function createPagesRouter(options: PagesOptions): Router {
  const { pagesFolder, gate, basePath, loginPage, hasClass } = options;
  const router = Router();
  // Public files have folders of their own, so that no spelling of a path leads out of them.
  router.use('/assets', serve(join(pagesFolder, 'assets'), ASSETS, false));
  router.use('/shell', serve(join(pagesFolder, 'shell'), shellOf(basePath), false));
  // Browsers ask for it on every page that names no icon, such as those of `--www`.
  router.get('/favicon.ico', leadTo(`${basePath}/shell/icon-192.png`));
  // The client for people's own pages, including those of `--www`.
  router.get('/client.js', serve(pagesFolder, PAGES, false));
  router.get('/docs', leadTo(`${basePath}/docs/`));
  router.use('/docs', serve(join(pagesFolder, 'docs'), PAGES));
  for (const page of FOLDERS) router.get([`/${page}/`, `/${page}/index.html`], leadTo(`${basePath}/${page}`));
  if (hasClass) addClassPage(router, options);
  if (loginPage === undefined)
    router.get('/login', as('/index.html', serve(join(pagesFolder, 'login'), PAGES)));
  else if (loginPage !== false) router.get('/login', leadTo(loginPage));
  router.get('/{*path}', gate);
  const guarded = serve(pagesFolder, PAGES);
  for (const page of GUARDED) router.get(`/${page}`, as(`/${page}/index.html`, guarded));
  router.get('/learn/frame.html', sandbox);
  router.use(guarded);
  return router;
}

/** The page of a class is public: students come in there. Users with an account sign in at `/login?account`. */
function addClassPage(router: Router, { pagesFolder, gate, basePath }: PagesOptions): void {
  router.get('/class', (request, response, next) => {
    if (request.query.token === undefined) next();
    else gate(request, response, next);
  });
  router.get('/class', as('/index.html', serve(join(pagesFolder, 'class'), PAGES)));
  router.get(['/class/', '/class/index.html'], leadTo(`${basePath}/class`));
  router.get('/login', (request, response, next) => {
    if (request.query.account === undefined) response.redirect(303, `${basePath}/class`);
    else next();
  });
}

type StaticOptions = NonNullable<Parameters<typeof expressStaticGzip>[1]>['serveStatic'];

function serve(folder: string, options: StaticOptions, index: string | false = 'index.html'): RequestHandler {
  const files = expressStaticGzip(folder, {
    enableBrotli: true,
    orderPreference: ['br', 'gzip'],
    index,
    serveStatic: { ...options, index },
  });
  return (request, response, next) => {
    const isRead = request.method === 'GET' || request.method === 'HEAD';
    if (isRead && isDecodable(request.path)) files(request, response, next);
    else next();
  };
}

/** Serves one file, whatever the request's path. */
function as(path: string, files: RequestHandler): RequestHandler {
  return (request, response, next) => {
    request.url = path;
    return files(request, response, next);
  };
}

function isDecodable(path: string): boolean {
  try {
    decodeURIComponent(path);
    return true;
  } catch (error) {
    if (error instanceof URIError) return false;
    throw error;
  }
}

/**
 * The rights of a program in this frame: it may run its own script, and nothing else. It has no origin, so it cannot reach the hub, cookies, or
 * the page around it, even if somebody opens the frame by itself.
 */
const SANDBOX = [
  'sandbox allow-scripts',
  "default-src 'none'",
  "script-src 'unsafe-inline' data:",
  "style-src 'unsafe-inline'",
  'img-src data:',
  "frame-ancestors 'self'",
].join('; ');

function sandbox(_: unknown, response: ServerResponse, next: () => void): void {
  response.setHeader('Content-Security-Policy', SANDBOX);
  next();
}

function noCache(response: ServerResponse): void {
  response.setHeader('Cache-Control', 'no-cache');
}

/** The service worker's scope is all pages, though its script is in a folder of its own. */
function shellOf(basePath: string) {
  const setHeaders = (response: ServerResponse) => {
    noCache(response);
    response.setHeader('Service-Worker-Allowed', `${basePath}/`);
  };
  return { redirect: false, setHeaders } as const;
}

/** Leads to another path, with the same query. */
function leadTo(path: string): RequestHandler {
  return ({ originalUrl }, response, next) => {
    const query = originalUrl.replace(/^[^?]*/, '');
    if (originalUrl.slice(0, originalUrl.length - query.length) === path) next();
    else response.redirect(path + query);
  };
}
