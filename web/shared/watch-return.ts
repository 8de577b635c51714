import { filter, type Observable, scan } from 'rxjs';
import type { Connection } from '../../hub/client/hub-client.ts';

/** Emits each time that the hub is back after it was away, even to observers that subscribe while it is away. */
export function watchReturn(connection$: Observable<Pick<Connection, 'status'>>): Observable<unknown> {
  return connection$.pipe(
    scan(follow, NOT_BACK),
    filter(({ isBack }) => isBack),
  );
}

/** Whether the hub has just come back, and whether it was away before. */
interface Return {
  readonly isBack: boolean;
  readonly wasAway: boolean;
}

const NOT_BACK: Return = { isBack: false, wasAway: false };

function follow({ wasAway }: Return, { status }: Pick<Connection, 'status'>): Return {
  if (status === 'online') return { isBack: wasAway, wasAway: false };
  return { isBack: false, wasAway: wasAway || status === 'offline' };
}
