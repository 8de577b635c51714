import { type ClientRequest, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { connect as connectTls } from 'node:tls';

/** Why a hub cannot be talked to. */
interface HubFault {
  readonly reason: string;
  /** Whether waiting cannot mend it. */
  readonly isLasting: boolean;
}

/** How long a hub may take to say anything, milliseconds. */
const PATIENCE_MS = 3_000;

/** What is not vouched for by anybody whom this machine trusts. */
const UNTRUSTED = /SELF_SIGNED|UNABLE_TO_(GET_ISSUER|VERIFY_LEAF)|CERT_UNTRUSTED/;
/** An answer that is no TLS. */
const NO_TLS = /EPROTO|ERR_SSL/;
/** What becomes of an HTTP request that is sent to TLS: it is cut off, or answered with an alert. */
const NO_HTTP = /ECONNRESET|HPE_/;

/** Knocks at a hub that its client cannot reach, to find out why. Resolves to `undefined` where it answers. */
export async function findFault(url: string, ca?: string): Promise<HubFault | undefined> {
  const answer = await knock(url, ca);
  if (answer === 200) return undefined;
  if (typeof answer === 'number')
    return passing(`what answers there is no hub: GET /healthz is answered with ${answer}`);
  return (await describeTls(new URL(url), answer)) ?? passing(answer.message || String(answer.code));
}

async function describeTls(
  { protocol, host, hostname, port }: URL,
  { code = '', message }: NodeJS.ErrnoException,
): Promise<HubFault | undefined> {
  if (protocol === 'http:') {
    const isEncrypted = NO_HTTP.test(code) && (await speaksTls(hostname, port || '80'));
    return isEncrypted ? lasting(`it is encrypted: use https://${host}`) : undefined;
  }
  if (NO_TLS.test(code)) return lasting(`it is not encrypted: use http://${host}`);
  if (UNTRUSTED.test(code)) {
    return lasting(
      'nobody vouches for its certificate whom this machine trusts; --ca FILE names one who does, for "pinhub cert" the cert.pem that it made (NODE_EXTRA_CA_CERTS=FILE does the same)',
    );
  }
  return /CERT/.test(code) ? lasting(`its certificate is not good: ${message}`) : undefined;
}

/** Resolves to the status of the answer, or to what came in its stead. */
function knock(url: string, ca: string | undefined): Promise<number | NodeJS.ErrnoException> {
  const address = new URL('/healthz', url);
  const options = { timeout: PATIENCE_MS, agent: false };
  const request =
    address.protocol === 'https:'
      ? requestHttps(address, { ...options, ...(ca !== undefined && { ca }) })
      : requestHttp(address, options);
  return answerTo(request);
}

function answerTo(request: ClientRequest): Promise<number | NodeJS.ErrnoException> {
  return new Promise((resolve) => {
    request.on('response', (response) => {
      resolve(response.statusCode ?? 0);
      request.destroy();
    });
    request.on('timeout', () => request.destroy(new Error(`no answer within ${PATIENCE_MS / 1000} s`)));
    request.on('error', resolve);
    request.end();
  });
}

/** Whether there is TLS, whoever vouches for it: only that it is there is asked. */
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

function passing(reason: string): HubFault {
  return { reason, isLasting: false };
}

function lasting(reason: string): HubFault {
  return { reason, isLasting: true };
}
