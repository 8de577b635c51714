import { type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { connect as connectTls } from 'node:tls';

interface HubFault {
  readonly reason: string;
  /** Whether waiting is useless. */
  readonly isLasting: boolean;
}

/** How long a hub may take to answer a request, milliseconds. */
const PATIENCE_MS = 3_000;

/** Error codes of certificates that no trusted authority signed. */
const UNTRUSTED = /SELF_SIGNED|UNABLE_TO_(GET_ISSUER|VERIFY_LEAF)|CERT_UNTRUSTED/;
/** Errors for an answer that is not TLS. */
const NO_TLS = /EPROTO|ERR_SSL/;
/** Errors for an HTTP request sent to a TLS port: the connection is reset, or the answer is an alert. */
const NO_HTTP = /ECONNRESET|HPE_/;

/** Finds out why a client cannot reach a hub. Resolves to `undefined` if the hub answers. */
export async function findFault(url: string, ca?: string): Promise<HubFault | undefined> {
  const answer = await requestHealth(url, ca);
  if (answer === 200) return undefined;
  if (typeof answer === 'number') {
    const below = await findBelow(url, ca);
    if (below !== undefined) return { reason: `it is below a path: use --hub ${below}`, isLasting: true };
    return { reason: `another program answers there: GET /healthz returns ${answer}`, isLasting: false };
  }
  const reason = await describeTls(new URL(url), answer);
  if (reason !== undefined) return { reason, isLasting: true };
  return { reason: answer.message || String(answer.code), isLasting: false };
}

async function describeTls(
  { protocol, host, hostname, port }: URL,
  { code = '', message }: NodeJS.ErrnoException,
): Promise<string | undefined> {
  if (protocol === 'http:') {
    const isEncrypted = NO_HTTP.test(code) && (await speaksTls(hostname, port || '80'));
    return isEncrypted ? `it is encrypted: use https://${host}` : undefined;
  }
  if (NO_TLS.test(code)) return `it is not encrypted: use http://${host}`;
  if (UNTRUSTED.test(code)) {
    return 'this machine does not trust the authority that signed its certificate; name it with --ca FILE, for "pinhub cert" the cert.pem that it made (NODE_EXTRA_CA_CERTS=FILE does the same)';
  }
  return /CERT/.test(code) ? `its certificate is not valid: ${message}` : undefined;
}

/** The address of the hub if it is below a base path to which `/` redirects. */
async function findBelow(url: string, ca: string | undefined): Promise<string | undefined> {
  const answer = await get(new URL('/', url), ca);
  if (answer instanceof Error || answer.headers.location === undefined) return undefined;
  if (!URL.canParse(answer.headers.location, url)) return undefined;
  const { origin, pathname } = new URL(answer.headers.location, url);
  const below = origin + pathname.replace(/\/+$/, '');
  const isElsewhere = origin !== new URL(url).origin || below === url.replace(/\/+$/, '');
  return !isElsewhere && (await requestHealth(below, ca)) === 200 ? below : undefined;
}

async function requestHealth(url: string, ca: string | undefined): Promise<number | NodeJS.ErrnoException> {
  const answer = await get(new URL(`${url.replace(/\/+$/, '')}/healthz`), ca);
  return answer instanceof Error ? answer : (answer.statusCode ?? 0);
}

function get(
  address: URL,
  ca: string | undefined,
): Promise<Pick<IncomingMessage, 'statusCode' | 'headers'> | NodeJS.ErrnoException> {
  return new Promise((resolve) => {
    const options = { timeout: PATIENCE_MS, agent: false as const };
    const request =
      address.protocol === 'https:'
        ? requestHttps(address, { ...options, ca })
        : requestHttp(address, options);
    request.on('response', (response) => {
      resolve(response);
      request.destroy();
    });
    request.on('timeout', () => request.destroy(new Error(`no answer within ${PATIENCE_MS / 1000} s`)));
    request.on('error', resolve);
    request.end();
  });
}

/** Whether the port speaks TLS, with any certificate. */
function speaksTls(host: string, port: string): Promise<boolean> {
  return new Promise((resolve) => {
    const options = { host: host.replace(/^\[|\]$/g, ''), port: Number(port), rejectUnauthorized: false };
    const socket = connectTls(options, () => {
      resolve(true);
      socket.destroy();
    });
    socket.setTimeout(PATIENCE_MS, () => socket.destroy());
    socket.on('error', () => socket.destroy());
    socket.on('close', () => resolve(false));
  });
}
