import express, { type RequestHandler, type Response, Router } from 'express';
import { z } from 'zod';
import type { Access, Credentials, Principal } from '../../access/access.ts';
import type { Logins } from '../../access/accounts/logins.ts';
import { HubError } from '../../core/error.ts';
import { describeIssues } from '../../describe-issues.ts';
import { formatCookie, readCookie, remoteOf } from './credentials.ts';
import type { Identify } from './visitor.ts';

export interface LoginOptions {
  readonly access: Access;
  /** Keeps browsers logged in; `undefined` if nobody has to log in. */
  readonly logins: Pick<Logins, 'open' | 'end' | 'deviceCookie'> | undefined;
  readonly identify: Identify;
}

/** Compressed bodies are refused: each would need a buffer that no limit counts. */
const BODY = { limit: '4kb', inflate: false };

/** After these errors the page gate redirects to the login page, which explains them. */
const LOGIN_ERRORS: ReadonlySet<string> = new Set([
  'auth/required',
  'auth/denied',
  'auth/wrong',
  'limit/exceeded',
]);

/** How long a device cookie lasts: a year. */
const DEVICE_COOKIE_SECONDS = 365 * 24 * 3600;

const secret = z.string().min(1).max(1_024);
const schema = z.union(
  [z.strictObject({ token: secret }), z.strictObject({ user: secret, password: secret })],
  { error: 'the body must be JSON: { "user": …, "password": … } or { "token": … }' },
);

/** `POST /login` and `/logout`, which set and clear the login cookie, and `GET /me`, the sender's name and role. Mount it under `/api`. */
export function createLoginRouter({ access, logins, identify }: LoginOptions): Router {
  const router = Router();

  router.post('/login', express.json(BODY), async (request, response) => {
    const principal = await access.authenticate(parseCredentials(request.body), remoteOf(request));
    await remember(logins, principal, response);
    if (logins && principal.how === 'password') {
      const value = await logins.deviceCookie(principal, readCookie(request, 'device'));
      const cookie = formatCookie(request, 'device', { value, maxAgeSeconds: DEVICE_COOKIE_SECONDS });
      response.append('Set-Cookie', cookie);
    }
    response.json(describe(principal));
  });

  router.post('/logout', async (request, response) => {
    const secret = readCookie(request, 'login');
    if (secret !== undefined) await logins?.end(secret);
    const none = formatCookie(request, 'login', { value: '', maxAgeSeconds: 0 });
    response.append('Set-Cookie', none).json({ ok: true });
  });

  router.get('/me', async (request, response) => {
    const { principal } = await identify(request);
    response.set('Cache-Control', 'no-store').json(describe(principal));
  });

  router.all(['/login', '/logout'], refuseMethod('POST'));
  router.all('/me', refuseMethod('GET, HEAD'));
  return router;
}

/** Refuses every method but the allowed ones, which have been handled before. */
function refuseMethod(allowed: string): RequestHandler {
  return ({ method, originalUrl }, response) => {
    response.set('Allow', allowed);
    const path = originalUrl.replace(/\?.*/, '');
    throw new HubError('method/unsupported', `${method} is not for ${path}, only ${allowed}`);
  };
}

/** Guards the pages. `?token=…` logs the browser in and is removed from the address; without credentials, the login page follows. */
export function createPageGate({ access, logins, identify }: LoginOptions): RequestHandler {
  return async (request, response, next) => {
    // `request.url` itself may be "//", which is no URL, or "http://name/", which names another host.
    const url = new URL(`http://hub${request.path}`);
    url.search = request.originalUrl.replace(/^[^?]*/, '');
    const token = url.searchParams.get('token');
    url.searchParams.delete('token');
    const page = url.pathname.replace(/^\/+/, '/') + url.search; // "//name" would lead to another site.
    try {
      if (token === null) {
        await identify(request);
        next();
        return;
      }
      const principal = await access.authenticate({ token }, remoteOf(request));
      await remember(logins, principal, response);
      redirect(response, page);
    } catch (error) {
      if (!(error instanceof HubError) || !LOGIN_ERRORS.has(error.code)) throw error;
      const failed = error.code === 'limit/exceeded' ? 'limit' : 'token';
      const query = new URLSearchParams({ next: page, ...(token !== null && { failed }) });
      redirect(response, `/login?${query}`);
    }
  };
}

async function remember(
  logins: LoginOptions['logins'],
  principal: Principal,
  response: Response,
): Promise<void> {
  if (!logins || principal.how === 'open') return;
  const { req: request } = response;
  const browser = { remote: remoteOf(request), held: readCookie(request, 'login') };
  const { secret: value, maxAgeSeconds } = await logins.open(principal, browser);
  response.append('Set-Cookie', formatCookie(request, 'login', { value, maxAgeSeconds }));
}

function redirect(response: Response, to: string): void {
  response.set('Cache-Control', 'no-store').redirect(303, to);
}

function parseCredentials(body: unknown): Credentials {
  const { data, error } = schema.safeParse(body);
  if (data) return data;
  throw new HubError('payload/invalid', describeIssues(error), { cause: error });
}

function describe({ name, role, how }: Principal) {
  return { ok: true, name, role, how };
}
