import { filter, firstValueFrom, map, of, timeout } from 'rxjs';
import type { Connection, HubClient } from '../client/index.ts';
import { HubError } from '../core/error.ts';

/** How long a hub may take to let us in, milliseconds. */
const PATIENCE_MS = 5_000;

/** Resolves when the client is connected. Rejects with `hub/unreachable`, saying why. */
export async function untilOnline({ connection$ }: HubClient, url: string): Promise<void> {
  const outcome$ = connection$.pipe(
    filter(({ status }) => status !== 'connecting'),
    map((connection) => describe(connection, url)),
    timeout({
      first: PATIENCE_MS,
      with: () => of(`no hub answered at ${url} within ${PATIENCE_MS / 1000} s`),
    }),
  );
  const fault = await firstValueFrom(outcome$);
  if (fault !== undefined) throw new HubError('hub/unreachable', fault);
}

/** What keeps us from the hub; `undefined` for nothing. */
function describe(connection: Connection, url: string): string | undefined {
  if (connection.status !== 'offline') return undefined;
  const { reason, final } = connection;
  return final
    ? `the hub at ${url} does not let us in: ${reason}`
    : `no hub answers at ${url} (${reason}); "npm start" runs one on this machine`;
}
