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
  throwError,
  timeout,
  timer,
} from 'rxjs';
import type { Connection, HubClient } from '../client/index.ts';
import { HubError, quote } from '../core/error.ts';
import { readText } from '../files/files.ts';
import { findFault } from './find-fault.ts';
import type { HubOptions } from './options.ts';

/** A remote hub, and what a client needs to connect to it. */
export interface RemoteHub {
  readonly url: string;
  readonly token?: string | undefined;
  /** The authority that signed the hub's certificate (PEM). */
  readonly ca?: string | undefined;
}

/** The token comes from a file or the environment, as every user of the machine can see arguments. Throws `option/invalid`. */
export function readRemoteHub(
  { hub, tokenFile, ca }: HubOptions,
  environment: NodeJS.ProcessEnv = process.env,
): RemoteHub {
  const token = tokenFile === undefined ? environment.PINHUB_TOKEN?.trim() : readFilled(tokenFile);
  return { url: hub, token, ca: ca === undefined ? undefined : readCertificates(ca) };
}

function readCertificates(path: string): string {
  const text = readFilled(path);
  if (text.includes('-----BEGIN CERTIFICATE-----')) return text;
  throw new HubError('option/invalid', `${quote(path, 200)} holds no certificate (PEM)`);
}

function readFilled(path: string): string {
  const text = readText(path).trim();
  if (text !== '') return text;
  throw new HubError('option/invalid', `${quote(path, 200)} is empty`);
}

/** How long a hub may take to accept us, milliseconds. */
const ACCEPT_MS = 5_000;

/** Resolves when the client is connected. Rejects with `hub/unreachable`, or with the hub's reason for refusing us. */
export async function untilOnline({ connection$ }: HubClient, hub: RemoteHub): Promise<void> {
  const reason = `no answer within ${ACCEPT_MS / 1000} s`;
  const outcome$ = connection$.pipe(
    filter(({ status }) => status !== 'connecting'),
    timeout({ first: ACCEPT_MS, with: () => of({ status: 'offline', reason, final: false } as const) }),
  );
  const outcome = await firstValueFrom(outcome$);
  if (outcome.status !== 'offline') return;
  throw refusalOf(outcome, hub) ?? (await describeUnreachable(outcome.reason, hub));
}

async function describeUnreachable(symptom: string, { url, ca }: RemoteHub): Promise<HubError> {
  const fault = await findFault(url, ca);
  if (fault?.isLasting) return new HubError('hub/unreachable', `the hub at ${url}: ${fault.reason}`);
  const isLocal = /^(localhost|127\..*|\[::1\])$/.test(new URL(url).hostname);
  const message = `no hub answers at ${url} (${fault?.reason ?? symptom})`;
  const hint = `${message}; "npx pinhub" runs one on this machine`;
  return new HubError('hub/unreachable', isLocal ? hint : message);
}

const TOKEN_OPTIONS = '--token-file FILE or PINHUB_TOKEN';

/** Why a hub refuses us permanently, with a hint; `undefined` if it does not. `role` is that of the token that it takes. */
function refusalOf(connection: Connection, { url }: RemoteHub, role?: string): HubError | undefined {
  if (connection.status !== 'offline' || !connection.final) return undefined;
  const { code = 'hub/unreachable', reason } = connection;
  if (code === 'auth/required') {
    const token = role === undefined ? 'a token' : `a token of role ${role}`;
    return new HubError(code, `the hub at ${url} asks for ${token}: ${TOKEN_OPTIONS}`);
  }
  const needed = role === undefined ? 'another token' : `it takes a token of role ${role}`;
  const hint = code === 'auth/denied' || code === 'auth/wrong' ? `; ${needed}: ${TOKEN_OPTIONS}` : '';
  return new HubError(code, `the hub at ${url} refuses us: ${reason}${hint}`);
}

interface HubWatch {
  readonly hub: RemoteHub;
  readonly connections: readonly Observable<Connection>[];
  /** The role of the token that the hub requires, for messages. */
  readonly role?: string;
  onAway(line: string): void;
  onBack(line: string): void;
}

/** How long a hub may take to answer before it counts as away, milliseconds. */
const ANSWER_MS = 1_000;

/** Whether the hub answers. Reports each change; errors if waiting is useless. */
export function watchHub({ hub, connections, role, onAway, onBack }: HubWatch): Observable<boolean> {
  let isAway = false;
  let wasOnline = false;
  return combineLatest(connections).pipe(
    map((states) => states.reduce(worse)),
    switchMap((state) => {
      const refusal = refusalOf(state, hub, role);
      if (refusal) return throwError(() => refusal);
      return state.status === 'connecting' ? timer(ANSWER_MS).pipe(map(() => false)) : of(isOnline(state));
    }),
    distinctUntilChanged(),
    switchMap((isThere) => (isThere ? of(undefined) : defer(() => describeAbsence(hub, () => wasOnline)))),
    map((absence) => {
      if (absence !== undefined) onAway(`waiting for ${hub.url}${absence}`);
      else if (isAway) onBack(`connected to ${hub.url}`);
      isAway = absence !== undefined;
      wasOnline ||= !isAway;
      return !isAway;
    }),
  );
}

function isOnline({ status }: Connection): boolean {
  return status === 'online';
}

/** Which of two connections to the same hub to report. */
function worse(one: Connection, other: Connection): Connection {
  return severity(other) > severity(one) ? other : one;
}

function severity(connection: Connection): number {
  if (connection.status === 'offline') return connection.final ? 3 : 2;
  return connection.status === 'connecting' ? 1 : 0;
}

/** Rejects if a hub that has never answered has a permanent fault. A hub that answered before will return. */
async function describeAbsence({ url, ca }: RemoteHub, wasOnline: () => boolean): Promise<string> {
  const fault = await findFault(url, ca);
  if (fault?.isLasting && !wasOnline())
    throw new HubError('hub/unreachable', `the hub at ${url}: ${fault.reason}`);
  return fault ? ` (${fault.reason})` : '';
}
