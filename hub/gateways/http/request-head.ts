import { type Request, type Response, Router } from 'express';
import type { Identify } from './visitor.ts';

/** Headers whose values let somebody in. */
const SECRET = new Set(['authorization', 'cookie', 'proxy-authorization']);

/** A token in the address of a request. */
const TOKEN = /(?<=[?&]token=)[^&]+/g;

/**
 * REST: `GET /request` and `POST /request` answer with the head of the request as it arrived, for lessons about HTTP. Credentials are
 * masked, and keep their length. Mount it under `/api`.
 */
export function createRequestHeadRouter({ identify }: { readonly identify: Identify }): Router {
  const router = Router({ strict: true });
  const describe = async (request: Request, response: Response) => {
    await identify(request);
    const head = headOf(request);
    response.set('Cache-Control', 'no-store');
    // Node reads heads as ISO 8859-1, so a character is a byte.
    response.json({ ok: true, head, bytes: head.length });
  };
  router.get('/request', describe);
  router.post('/request', describe);
  return router;
}

/** The head of a request, its empty line included. */
export function headOf({
  method,
  originalUrl,
  httpVersion,
  rawHeaders,
}: Pick<Request, 'method' | 'originalUrl' | 'httpVersion' | 'rawHeaders'>): string {
  const line = `${method} ${originalUrl.replace(TOKEN, mask)} HTTP/${httpVersion}`;
  const headers = pairsOf(rawHeaders).map(
    ([name, value]) => `${name}: ${isSecret(name) ? mask(value) : value}`,
  );
  return [line, ...headers, '', ''].join('\r\n');
}

/** Names and values come in turn. */
function pairsOf(rawHeaders: readonly string[]): readonly (readonly [name: string, value: string])[] {
  return rawHeaders.flatMap((name, index) =>
    index % 2 === 0 ? [[name, rawHeaders[index + 1] ?? ''] as const] : [],
  );
}

function isSecret(name: string): boolean {
  return SECRET.has(name.toLowerCase());
}

function mask(secret: string): string {
  return '*'.repeat(secret.length);
}
