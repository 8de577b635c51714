import { filter, firstValueFrom, of, timeout } from 'rxjs';
import type { Connection, HubClient } from '../client/index.ts';
import { HubError } from '../core/error.ts';
import { findFault } from './find-fault.ts';
import { refusalOf } from './refusal.ts';

/** How long a hub may take to let us in, milliseconds. */
const PATIENCE_MS = 5_000;

export interface HubAddress {
  readonly url: string;
  /** Who vouches for its certificate (PEM). */
  readonly ca?: string;
}

/** Resolves when the client is connected. Rejects with `hub/unreachable`, or as the hub turns us away, saying why. */
export async function untilOnline({ connection$ }: HubClient, { url, ca }: HubAddress): Promise<void> {
  const slow: Connection = {
    status: 'offline',
    reason: `no answer within ${PATIENCE_MS / 1000} s`,
    final: false,
  };
  const outcome$ = connection$.pipe(
    filter(({ status }) => status !== 'connecting'),
    timeout({ first: PATIENCE_MS, with: () => of(slow) }),
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
