import express, { type RequestHandler, type Response, Router } from 'express';
import { z } from 'zod';
import type { Access, Credentials, Principal } from '../../access/access.ts';
import type { Logins } from '../../access/accounts/logins.ts';
import { HubError } from '../../core/error.ts';
import { describeIssues } from '../../describe-issues.ts';
import { formatCookie, readCookie } from './credentials.ts';
import { type Identify, remoteOf } from './visitor.ts';

export interface LoginOptions {
  readonly access: Access;
  /** Keeps browsers logged in; `undefined` if nobody has to log in. */
  readonly logins: Pick<Logins, 'open' | 'end' | 'deviceCookie'> | undefined;
  readonly identify: Identify;
}

/** Nothing is decompressed: until a compressed body is complete, each keeps a buffer that no limit counts. */
const BODY = { limit: '4kb', inflate: false };

/** Errors for which the page gate redirects to the login page, which explains what is wrong with a link. */
const LED_TO_LOGIN: ReadonlySet<string> = new Set([
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
  {
    error: 'the body must be JSON: { "user": …, "password": … } or { "token": … }',
  },
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
  return router;
}

/**
 * Guards the pages. A link with `?token=…` logs the browser in and removes the token from the address; a client without credentials is
 * redirected to the login page.
 */
export function createPageGate({ access, logins, identify }: LoginOptions): RequestHandler {
  return async (request, response, next) => {
    // Not the request's own URL: "//" is not one, and "http://name/" names another host.
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
      if (!(error instanceof HubError) || !LED_TO_LOGIN.has(error.code)) throw error;
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
  const parsed = schema.safeParse(body);
  if (!parsed.success)
    throw new HubError('payload/invalid', describeIssues(parsed.error), { cause: parsed.error });
  return parsed.data;
}

function describe({ name, role, how }: Principal) {
  return { ok: true, name, role, how };
}
