import { filter, firstValueFrom, tap } from 'rxjs';
import type { HubClient } from '../../hub/client/hub-client.ts';
import { HubError } from '../../hub/core/error.ts';

/**
 * Resolves once the hub has handled all of a client's earlier requests, and the client has received everything that the hub sent before its answer.
 * Anything that has not arrived by then will not arrive. Rejects with the hub's reason if it does not let the client in again.
 */
export async function settled(client: Pick<HubClient, 'connection$' | 'ping'>): Promise<void> {
  const online$ = client.connection$.pipe(
    tap((connection) => {
      if (connection.status === 'offline' && connection.final)
        throw new HubError(connection.code ?? 'hub/unreachable', connection.reason);
    }),
    filter(({ status }) => status === 'online'),
  );
  await firstValueFrom(online$);
  await client.ping();
}
