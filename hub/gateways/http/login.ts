import express, { type RequestHandler, type Response, Router } from 'express';
import { z } from 'zod';
import type { Access, Credentials, Principal } from '../../access/access.ts';
import type { Logins } from '../../access/accounts/logins.ts';
import { HubError } from '../../core/error.ts';
import { describeIssues } from '../../describe-issues.ts';
import { formatCookie, type NewCookie, readCookie, remoteOf } from './credentials.ts';
import type { Exposure } from './exposure.ts';
import { type Identify, noteUser } from './visitor.ts';

export interface LoginOptions {
  readonly access: Access;
  /** Keeps browsers logged in; `undefined` if nobody has to log in. */
  readonly logins: Pick<Logins, 'open' | 'end' | 'deviceCookie'> | undefined;
  readonly identify: Identify;
  readonly exposure: Exposure;
  /** The address, without a query, to which visitors who must log in are sent; `false` refuses them instead. Default: the hub's own page. */
  readonly loginPage?: string | false | undefined;
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
export function createLoginRouter(options: LoginOptions): Router {
  const { access, logins, identify, exposure } = options;
  const router = Router();

  router.post('/login', express.json(BODY), async (request, response) => {
    const remote = remoteOf(request, exposure);
    const credentials = parseCredentials(request.body);
    noteUser(request, credentials.user);
    const principal = await access.authenticate(credentials, remote);
    await remember(options, principal, response);
    if (logins && principal.how === 'password') {
      const value = await logins.deviceCookie(principal, remote.deviceCookie);
      setCookie(response, exposure, { cookie: 'device', value, maxAgeSeconds: DEVICE_COOKIE_SECONDS });
    }
    response.json(describe(principal));
  });

  router.post('/logout', async (request, response) => {
    const secret = readCookie(request, exposure, 'login');
    if (secret !== undefined) await logins?.end(secret);
    setCookie(response, exposure, { cookie: 'login', value: '', maxAgeSeconds: 0 }).json({ ok: true });
  });

  router.get('/me', async (request, response) => {
    const { principal } = await identify(request);
    response.set('Cache-Control', 'no-store').json(describe(principal));
  });

  return router;
}

/**
 * Guards the pages. `?token=…` logs the browser in and is removed from the address; without credentials, the login page follows. The redirect
 * costs a round trip: a page that came at once could clear its own address, but its scripts, those of plug-ins too, would find the token in
 * the timing of the navigation.
 */
export function createPageGate(options: LoginOptions): RequestHandler {
  const { access, identify, exposure } = options;
  const { basePath } = exposure;
  const { loginPage = `${basePath}/login` } = options;
  return async (request, response, next) => {
    // `request.url` itself may be "//", which is not a URL, or "http://name/", which names another host.
    const url = new URL(`http://hub${request.path}`);
    url.search = request.originalUrl.replace(/^[^?]*/, '');
    const token = url.searchParams.get('token');
    url.searchParams.delete('token');
    // "//name" would lead to another site.
    const page = basePath + url.pathname.replace(/^\/+/, '/') + url.search;
    try {
      if (token === null) {
        await identify(request);
        next();
        return;
      }
      const principal = await access.authenticate({ token }, remoteOf(request, exposure));
      await remember(options, principal, response);
      redirect(response, page);
    } catch (error) {
      if (loginPage === false || !(error instanceof HubError) || !LOGIN_ERRORS.has(error.code)) throw error;
      const failed = error.code === 'limit/exceeded' ? 'limit' : 'token';
      const query = new URLSearchParams({ next: page, ...(token !== null && { failed }) });
      redirect(response, `${loginPage}?${query}`);
    }
  };
}

/** Logs in the browser that has sent the request. Rejects as `Logins.open` does. */
export async function remember(
  { logins, exposure }: Pick<LoginOptions, 'logins' | 'exposure'>,
  principal: Principal,
  response: Response,
): Promise<void> {
  if (!logins || principal.how === 'open') return;
  const { req: request } = response;
  const browser = { remote: remoteOf(request, exposure), held: readCookie(request, exposure, 'login') };
  const { secret: value, maxAgeSeconds } = await logins.open(principal, browser);
  setCookie(response, exposure, { cookie: 'login', value, maxAgeSeconds });
}

function setCookie(response: Response, exposure: Exposure, cookie: NewCookie): Response {
  return response.append('Set-Cookie', formatCookie(response.req, exposure, cookie));
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
