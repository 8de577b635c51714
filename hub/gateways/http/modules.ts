import { createHash } from 'node:crypto';
import { type RequestHandler, Router } from 'express';
import type { KindModules } from './kind-modules.ts';
import type { Identify } from './visitor.ts';

interface ModulesOptions {
  readonly modules: readonly KindModules[];
  readonly identify: Identify;
  /** Passes on requests of users who may see the pages. */
  readonly gate: RequestHandler;
}

/** The name changes with the content. Visitors may differ in whether they may load it. */
const HEADERS = { 'Cache-Control': 'private, max-age=31536000, immutable' };

/** `GET /api/kinds` says where the modules of each kind are; `/modules/<name>` serves these, and nothing else. */
export function createModulesRouter({ modules, identify, gate }: ModulesOptions): Router {
  const router = Router();
  const files = new Map<string, string>();
  const kinds = Object.fromEntries(modules.map((one) => [one.kind, addressesOf(one, files)]));
  router.get('/api/kinds', async (request, response) => {
    await identify(request);
    response.set('Cache-Control', 'no-store').json({ ok: true, kinds });
  });
  router.get('/modules/:name', gate, ({ params: { name = '' } }, response, next) => {
    const text = files.get(String(name));
    if (text === undefined) next();
    else response.set(HEADERS).type('text/javascript').send(text);
  });
  return router;
}

/** Gives each module of a kind an address, and puts its text among the files. */
function addressesOf({ kind, card, part }: KindModules, files: Map<string, string>) {
  const add = (what: string, text: string | undefined) => {
    if (text === undefined) return undefined;
    const hash = createHash('sha256').update(`${kind}\0${text}`).digest('base64url').slice(0, 12);
    const name = `${kind.replace(/[^\w-]/g, '_')}-${what}-${hash}.js`;
    files.set(name, text);
    return `modules/${name}`;
  };
  return { card: add('card', card), part: add('part', part) };
}
