import { realpathSync, statSync } from 'node:fs';
import { realpath, stat } from 'node:fs/promises';
import { isAbsolute, join, relative, sep } from 'node:path';
import { type NextFunction, type RequestHandler, type Response, Router } from 'express';
import { HubError, quote } from '../../core/error.ts';

/** Browsers ask for each file again every time, because its owner may change it. */
const HEADERS = { 'Cache-Control': 'no-cache' };

/**
 * Serves the files of a folder, `index.html` for a folder in it. Nothing outside is served, whatever links lead there, and nothing whose name, or
 * that of a folder around it, begins with a dot. Throws `option/invalid` if there is no such folder.
 */
export function createWwwRouter(folder: string): Router {
  const root = findRoot(folder);
  const router = Router({ strict: true });
  router.use(allowInline);
  router.get('/{*path}', serveFrom(root));
  return router;
}

/**
 * Pages of one's own are mostly one file, with scripts in it. The person who runs the hub has put them there, so they may run. Scripts of other sites
 * may not.
 */
function allowInline(_: unknown, response: Response, next: NextFunction): void {
  const policy = String(response.getHeader('Content-Security-Policy') ?? '');
  const eased = policy
    .replace("script-src 'self'", "script-src 'self' 'unsafe-inline'")
    .replace("script-src-attr 'none'", "script-src-attr 'unsafe-inline'");
  response.setHeader('Content-Security-Policy', eased);
  next();
}

function findRoot(folder: string): string {
  try {
    const root = realpathSync(folder);
    if (statSync(root).isDirectory()) return root;
  } catch (error) {
    if (!isNoFile(error)) throw error;
  }
  throw new HubError('option/invalid', `${quote(folder, 200)} is not a folder with files to serve (--www)`);
}

function serveFrom(root: string): RequestHandler {
  return async (request, response, next) => {
    const { pathname, search } = new URL(request.originalUrl, 'http://hub');
    const isFolder = pathname.endsWith('/');
    const found = await locate(root, isFolder ? `${request.path}/index.html` : request.path);
    if (found === undefined) return next();
    if (found.isFolder) return response.redirect(`${pathname.replace(/^\/+/, '/')}/${search}`);
    response.sendFile(found.path, { root, headers: HEADERS, cacheControl: false }, (error) => {
      if (error && !response.headersSent && !response.destroyed) next(error);
    });
  };
}

/** The file or folder that a path names below the root once all links are followed; `undefined` if that is not to be served. */
async function locate(root: string, encoded: string) {
  try {
    const real = await realpath(join(root, decodeURIComponent(encoded)));
    const path = relative(root, real);
    if (isAbsolute(path) || path.split(sep).some((name) => name.startsWith('.'))) return undefined;
    const found = await stat(real);
    if (!found.isDirectory() && !found.isFile()) return undefined; // Reading from a pipe may never end.
    return { path, isFolder: found.isDirectory() };
  } catch (error) {
    if (error instanceof URIError || isNoFile(error)) return undefined;
    throw error;
  }
}

/** System errors of paths that name no file that could be read; Node has its own for a path with NUL. */
const NO_FILE = ['ENOENT', 'ENOTDIR', 'ELOOP', 'EACCES', 'ENAMETOOLONG', 'ERR_INVALID_ARG_VALUE'];

function isNoFile(error: unknown): boolean {
  return error instanceof Error && 'code' in error && NO_FILE.includes(String(error.code));
}
