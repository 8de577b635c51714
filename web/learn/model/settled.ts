import { filter, firstValueFrom, tap } from 'rxjs';
import type { HubClient } from '../../../hub/client/hub-client.ts';
import { HubError } from '../../../hub/core/error.ts';

/**
 * Resolves once the hub has handled everything that a client asked before, and the client has everything that the hub sent before its answer:
 * then whatever did not come does not come. Rejects with the hub's reason if it lets the client in no more.
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
