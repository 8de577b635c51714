import { type Request, type Response, Router } from 'express';
import { HubError, quote } from '../../../core/error.ts';
import type { SearchQueue } from '../../../session/search-queue.ts';
import { readBody } from '../json-body.ts';
import { sendPage } from '../lists.ts';
import type { Identify, Visitor } from '../visitor.ts';
import type { Administration } from './administration.ts';
import type { AdminOperation, Outcome } from './define.ts';
import { ADMIN_OPERATIONS } from './operations.ts';

interface AdminRouterOptions {
  readonly administration: Administration;
  readonly identify: Identify;
  readonly searches: SearchQueue;
  readonly topicLevels: number;
}

/** The longest body, bytes. */
const MAX_BODY_BYTES = 4 * 2 ** 10;

/** Serves the operations of administration to users with the role `admin`. */
export function createAdminRouter(options: AdminRouterOptions): Router {
  const router = Router({ strict: true });
  const { accounts } = options.administration;
  const operations = ADMIN_OPERATIONS.filter(({ part }) => part !== 'accounts' || accounts !== undefined);
  const paths = new Set(operations.map(({ path }) => path));
  for (const operation of operations) {
    const route = operation.path.replace(/\{(\w+)\}/g, ':$1');
    router[operation.method](route, (request, response) => serve(operation, options, request, response));
  }
  router.all('/api/admin/{*rest}', ({ originalUrl }) => {
    const wanted = quote(originalUrl.replace(/\?.*/s, ''));
    throw new HubError('topic/unknown', `there is no ${wanted}; there are ${[...paths].join(', ')}`);
  });
  return router;
}

async function serve(
  operation: AdminOperation,
  { administration, identify, searches, topicLevels }: AdminRouterOptions,
  request: Request,
  response: Response,
): Promise<void> {
  const visitor = await identify(request);
  ensureAdmin(visitor); // Without the right, the body is not worth its memory.
  if (operation.body) await readBody(request, response, MAX_BODY_BYTES);
  ensureAdmin(visitor); // It may have been lost while the body came.
  const param = (name: string) => String(request.params[name] ?? '');
  const call = { visitor, request, response, param, body: request.body, searches, topicLevels };
  answer(response, await operation.handle(administration, call));
}

function answer(response: Response, outcome: Outcome): void {
  if (!outcome) return;
  const { content, page } = outcome;
  response.set('Cache-Control', 'no-store');
  if (page) sendPage(response, page, content);
  else response.json({ ok: true, ...content });
}

/** Throws `auth/denied`, also if the account has ended meanwhile. */
function ensureAdmin({ principal, rights }: Visitor): void {
  rights();
  if (principal.role === 'admin') return;
  throw new HubError(
    'auth/denied',
    `administration is for the role admin; yours is ${quote(principal.role)}`,
  );
}
