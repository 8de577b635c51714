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
  /** What comes behind "a token", as in ` of role device`. */
  readonly ofRole?: string;
}

/** Why a hub turns us away for good, with what may help; `undefined` where it does not. */
function refusalOf(connection: Connection, admission: Admission): HubError | undefined {
  if (connection.status !== 'offline' || !connection.final) return undefined;
  return new HubError(connection.code ?? 'hub/unreachable', describe(connection, admission));
}

/** Where a token may stand; never in the command line, which everybody on the machine can see. */
const WHERE = '--token-file FILE or PINHUB_TOKEN';

function describe({ code, reason }: Offline, { url, ofRole }: Admission): string {
  if (code === 'auth/required') return `the hub at ${url} asks for a token${ofRole ?? ''}: ${WHERE}`;
  const refused = `the hub at ${url} does not let us in: ${reason}`;
  if (code !== 'auth/denied' && code !== 'auth/wrong') return refused;
  return ofRole === undefined
    ? `${refused}; another token: ${WHERE}`
    : `${refused}; it takes a token${ofRole}: ${WHERE}`;
}

/** How long a hub may take to let us in, milliseconds. */
const ADMISSION_MS = 5_000;

interface HubAddress {
  readonly url: string;
  /** Who vouches for its certificate (PEM). */
  readonly ca?: string;
}

/** Resolves when the client is connected. Rejects with `hub/unreachable`, or as the hub turns us away, saying why. */
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
  /** How the clients stand with their hub. */
  readonly connections: readonly Observable<Connection>[];
  readonly ca?: string;
  /** Told once each time that the hub is away. */
  onAway(line: string): void;
  /** Told when it is back. */
  onBack(line: string): void;
}

/** How long a hub may take to answer before it counts as away, milliseconds. */
const ANSWER_MS = 1_000;

/** Whether the hub is there. Says so in a line each time that this changes; errors where waiting for it is of no use. */
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

/** Of two the one to speak of: all clients have the same hub. */
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

/** A hub that has been there will be again; one that never was may need something else than time. */
function whyAway({ url, ca }: HubWatch, wasThere: () => boolean): Observable<string> {
  return defer(() => findFault(url, ca)).pipe(
    tap((fault) => {
      if (fault?.isLasting && !wasThere())
        throw new HubError('hub/unreachable', `the hub at ${url}: ${fault.reason}`);
    }),
    map((fault) => (fault ? ` (${fault.reason})` : '')),
  );
}

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
