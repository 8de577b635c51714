import { type ClientRequest, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { connect as connectTls } from 'node:tls';
import {
  combineLatest,
  defer,
  distinctUntilChanged,
  filter,
  firstValueFrom,
  map,
  type Observable,
  of,
  switchMap,
  tap,
  throwError,
  timeout,
  timer,
} from 'rxjs';
import type { Connection, HubClient } from '../client/index.ts';
import { HubError } from '../core/error.ts';

type Offline = Extract<Connection, { status: 'offline' }>;

/** Which hub, and what a token for it must allow. */
export interface Admission {
  readonly url: string;
  /** Follows "a token" in messages, as in ` of role device`. */
  readonly ofRole?: string;
}

/** Why a hub refuses us for good, with what may help; `undefined` if it does not. */
function refusalOf(connection: Connection, admission: Admission): HubError | undefined {
  if (connection.status !== 'offline' || !connection.final) return undefined;
  return new HubError(connection.code ?? 'hub/unreachable', describe(connection, admission));
}

/** Where a token may be: never in an argument, as everybody on the machine can see those. */
const WHERE = '--token-file FILE or PINHUB_TOKEN';

function describe({ code, reason }: Offline, { url, ofRole }: Admission): string {
  if (code === 'auth/required') return `the hub at ${url} asks for a token${ofRole ?? ''}: ${WHERE}`;
  const refused = `the hub at ${url} does not let us in: ${reason}`;
  if (code !== 'auth/denied' && code !== 'auth/wrong') return refused;
  return ofRole === undefined
    ? `${refused}; another token: ${WHERE}`
    : `${refused}; it takes a token${ofRole}: ${WHERE}`;
}

/** How long a hub may take to accept us, milliseconds. */
const ADMISSION_MS = 5_000;

interface HubAddress {
  readonly url: string;
  /** The authority that signed its certificate (PEM). */
  readonly ca?: string;
}

/** Resolves when the client is connected. Rejects with `hub/unreachable`, or with the hub's reason for refusing us. */
export async function untilOnline({ connection$ }: HubClient, { url, ca }: HubAddress): Promise<void> {
  const slow: Connection = {
    status: 'offline',
    reason: `no answer within ${ADMISSION_MS / 1000} s`,
    final: false,
  };
  const outcome$ = connection$.pipe(
    filter(({ status }) => status !== 'connecting'),
    timeout({ first: ADMISSION_MS, with: () => of(slow) }),
  );
  const outcome = await firstValueFrom(outcome$);
  if (outcome.status !== 'offline') return;
  throw (
    refusalOf(outcome, { url }) ??
    (await unreachable(outcome.reason, { url, ...(ca !== undefined && { ca }) }))
  );
}

async function unreachable(symptom: string, { url, ca }: HubAddress): Promise<HubError> {
  const fault = await findFault(url, ca);
  if (fault?.isLasting) return new HubError('hub/unreachable', `the hub at ${url}: ${fault.reason}`);
  return new HubError(
    'hub/unreachable',
    `no hub answers at ${url} (${fault?.reason ?? symptom})${hintAt(url)}`,
  );
}

function hintAt(url: string): string {
  const isHere = /^(localhost|127\..*|\[::1\])$/.test(new URL(url).hostname);
  return isHere ? '; "npm start" runs one on this machine' : '';
}

interface HubWatch extends Admission {
  /** The connections of the clients to this hub. */
  readonly connections: readonly Observable<Connection>[];
  readonly ca?: string;
  /** Called once each time the hub goes away. */
  onAway(line: string): void;
  /** Called when it is back. */
  onBack(line: string): void;
}

/** How long a hub may take to answer before it counts as away, milliseconds. */
const ANSWER_MS = 1_000;

/** Whether the hub answers. Reports each change; errors if waiting is useless. */
export function watchHub(watch: HubWatch): Observable<boolean> {
  let isWaiting = false;
  let wasThere = false;
  const sayBack = () => {
    if (isWaiting) watch.onBack(`connected to ${watch.url}`);
    wasThere = true;
    isWaiting = false;
    return true;
  };
  const sayAway = (reason: string) => {
    watch.onAway(`waiting for ${watch.url}${reason}`);
    isWaiting = true;
    return false;
  };
  return combineLatest(watch.connections).pipe(
    map((connections) => connections.reduce(worse)),
    switchMap((connection) => settle(connection, watch)),
    distinctUntilChanged(),
    switchMap((isThere) =>
      isThere ? of(true).pipe(map(sayBack)) : whyAway(watch, () => wasThere).pipe(map(sayAway)),
    ),
  );
}

/** The connection to report, of two to the same hub. */
function worse(one: Connection, other: Connection): Connection {
  return gravity(other) > gravity(one) ? other : one;
}

function gravity(connection: Connection): number {
  if (connection.status === 'offline') return connection.final ? 3 : 2;
  return connection.status === 'connecting' ? 1 : 0;
}

function settle(connection: Connection, watch: HubWatch): Observable<boolean> {
  const refusal = refusalOf(connection, watch);
  if (refusal) return throwError(() => refusal);
  if (connection.status === 'connecting') return timer(ANSWER_MS).pipe(map(() => false));
  return of(connection.status === 'online');
}

/** A hub that answered before will return. One that never did may need something other than time. */
function whyAway({ url, ca }: HubWatch, wasThere: () => boolean): Observable<string> {
  return defer(() => findFault(url, ca)).pipe(
    tap((fault) => {
      if (fault?.isLasting && !wasThere())
        throw new HubError('hub/unreachable', `the hub at ${url}: ${fault.reason}`);
    }),
    map((fault) => (fault ? ` (${fault.reason})` : '')),
  );
}

/** Why a hub does not answer its client. */
interface HubFault {
  readonly reason: string;
  /** Whether waiting is useless. */
  readonly isLasting: boolean;
}

/** How long a hub may take to answer a request, milliseconds. */
const PATIENCE_MS = 3_000;

/** Certificates that no trusted authority signed. */
const UNTRUSTED = /SELF_SIGNED|UNABLE_TO_(GET_ISSUER|VERIFY_LEAF)|CERT_UNTRUSTED/;
/** Errors for an answer that is not TLS. */
const NO_TLS = /EPROTO|ERR_SSL/;
/** Errors for an HTTP request sent to a TLS port: the connection is reset, or the answer is an alert. */
const NO_HTTP = /ECONNRESET|HPE_/;

/** Finds out why a client cannot reach a hub. Resolves to `undefined` if the hub answers. */
export async function findFault(url: string, ca?: string): Promise<HubFault | undefined> {
  const answer = await knock(url, ca);
  if (answer === 200) return undefined;
  if (typeof answer === 'number')
    return passing(`another program answers there: GET /healthz returns ${answer}`);
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
      'no authority that this machine trusts signed its certificate; --ca FILE names one that did, for "pinhub cert" the cert.pem that it made (NODE_EXTRA_CA_CERTS=FILE does the same)',
    );
  }
  return /CERT/.test(code) ? lasting(`its certificate is not valid: ${message}`) : undefined;
}

/** Resolves to the status of the answer, or to the error. */
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

function passing(reason: string): HubFault {
  return { reason, isLasting: false };
}

function lasting(reason: string): HubFault {
  return { reason, isLasting: true };
}
