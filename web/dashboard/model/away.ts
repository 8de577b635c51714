import {
  asyncScheduler,
  distinctUntilChanged,
  map,
  merge,
  type Observable,
  of,
  type SchedulerLike,
  scan,
  switchMap,
  timer,
} from 'rxjs';
import type { DeviceState } from '../../shared/devices.ts';

/** How long a device has to be offline before it leaves its place, milliseconds. A short absence moves nothing on the page. */
const AWAY_MS = 5000;

/** For each device with a known status: the time from which it counts as away, if it is offline. */
type AwayFrom = ReadonlyMap<string, number | undefined>;

/** The topics of the devices that are away, at every list: those that were offline when they were found, or have been for five seconds. */
export function watchAway(
  states$: Observable<readonly DeviceState[]>,
  scheduler: SchedulerLike = asyncScheduler,
): Observable<ReadonlySet<string>> {
  const nobody: AwayFrom = new Map();
  return states$.pipe(
    scan((before, states) => nextAway(before, states, scheduler.now()), nobody),
    switchMap((awayFrom) => {
      const nowMs = scheduler.now();
      const times = new Set([...awayFrom.values()].filter((time) => time !== undefined && time > nowMs));
      const waits$ = [...times].map((time) => timer(Number(time) - nowMs, scheduler));
      return merge(of(0), ...waits$).pipe(map(() => awayAt(awayFrom, scheduler.now())));
    }),
    distinctUntilChanged(isSameSet),
  );
}

/** A device whose status is not known, as after the hub's return, stays where it is. */
function nextAway(before: AwayFrom, states: readonly DeviceState[], nowMs: number): AwayFrom {
  const next = new Map<string, number | undefined>();
  for (const { device, status } of states) {
    const { topic } = device;
    if (status !== undefined) next.set(topic, awayFromOf(before, topic, { status, nowMs }));
    else if (before.has(topic)) next.set(topic, before.get(topic));
  }
  return next;
}

function awayFromOf(
  before: AwayFrom,
  topic: string,
  { status, nowMs }: { readonly status: string; readonly nowMs: number },
): number | undefined {
  if (status !== 'offline') return undefined;
  return before.get(topic) ?? (before.has(topic) ? nowMs + AWAY_MS : nowMs);
}

function awayAt(awayFrom: AwayFrom, nowMs: number): ReadonlySet<string> {
  const away = [...awayFrom].filter(([, time]) => time !== undefined && time <= nowMs);
  return new Set(away.map(([topic]) => topic));
}

function isSameSet(one: ReadonlySet<string>, other: ReadonlySet<string>): boolean {
  return one.size === other.size && [...one].every((item) => other.has(item));
}
