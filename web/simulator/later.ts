import { map, type Observable } from 'rxjs';
import { type HubClient, watchIdentity } from '../../hub/client/hub-client.ts';
import { HubError } from '../../hub/core/index.ts';
import { watchPause } from '../shared/watch-pause.ts';

export { goElsewhere } from '../shared/elsewhere.ts';

/** For a student: why the hub refuses everything, once the class is paused, and `undefined` once it goes on. Nothing for others. */
export function watchRefusal(
  client: Pick<HubClient, 'connection$' | 'whoAmI'>,
): Observable<HubError | undefined> {
  return watchPause(watchIdentity(client)).pipe(
    map((isPaused) => (isPaused ? new HubError('class/paused', 'the class is paused') : undefined)),
  );
}
