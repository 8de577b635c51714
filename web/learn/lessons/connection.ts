import {
  BehaviorSubject,
  concatMap,
  defer,
  from,
  map,
  merge,
  type Observable,
  Subscription,
  switchMap,
  takeUntil,
  tap,
  timer,
} from 'rxjs';
import { toHubError } from '../../../hub/core/error.ts';
import { type Lesson, type OpenLesson, type Stage, Steps } from '../lesson.ts';
import { type Heads, readHeads } from '../model/bytes.ts';
import { type Exchange, longPolling, polling, type Way, type WayTarget, webSocket } from '../model/ways.ts';
import {
  ANSWERS,
  type ConnectionActions,
  type ConnectionState,
  RUN_MS,
  type Track,
  type WayId,
} from '../states/connection.ts';
import { connectionView } from '../view/connection.ts';

const WAYS: Readonly<Record<WayId, Way>> = { polling, longPolling, webSocket };

/**
 * The times at which the value changes: sometimes soon after another change, sometimes late, like stock prices and
 * doors.
 */
const CHANGES_MS = [600, 1_700, 2_050, 4_100, 5_900];

export const connection: Lesson = { id: 'connection', open };

function open(stage: Stage): OpenLesson {
  const topic = `${stage.base}/price`;
  const steps = new Steps(3);
  const state$ = new BehaviorSubject<ConnectionState>({
    ...{
      topic,
      isRunning: false,
      head: undefined,
      published: [],
      tracks: [],
      answers: {},
      problem: undefined,
    },
  });
  const change = (part: Partial<ConnectionState>) => state$.next({ ...state$.value, ...part });
  let running = new Subscription();
  const run = () => {
    if (state$.value.isRunning) return;
    change({ isRunning: true, published: [], tracks: startTracks(), problem: undefined });
    running = begin(stage, topic)
      .pipe(
        tap(({ text }) => change({ head: text })),
        switchMap((heads) => runAll(stage, { topic, heads }, state$, change)),
      )
      .subscribe({
        error: (error) => change({ isRunning: false, problem: toHubError(error) }),
        complete: () => {
          change({ isRunning: false });
          if (state$.value.tracks.every(({ delaysMs }) => delaysMs.length > 0)) steps.reach(0);
        },
      });
  };
  const actions: ConnectionActions = {
    run,
    answer: (question, way) => {
      change({ answers: { ...state$.value.answers, [question]: way } });
      if (ANSWERS[question] === way && steps.next > 0) steps.reach(question === 'inVain' ? 1 : 2);
    },
  };
  return {
    steps$: steps.steps$,
    view$: state$.pipe(map((state) => connectionView(state, actions))),
    close: () => running.unsubscribe(),
  };
}

function startTracks(): readonly Track[] {
  return (Object.keys(WAYS) as WayId[]).map((way) => ({
    way,
    exchanges: [],
    bytes: 0,
    inVain: 0,
    delaysMs: [],
  }));
}

/** Publishes a first value, because otherwise polling would get an error for an unknown topic. */
function begin({ client, address }: Stage, topic: string): Observable<Heads> {
  return defer(async () => {
    await client.publish(topic, 'start', { retain: true });
    return readHeads(address);
  });
}

/** Runs all ways side by side, and changes the value. */
function runAll(
  { client, address }: Stage,
  { topic, heads }: Pick<WayTarget, 'topic' | 'heads'>,
  state$: BehaviorSubject<ConnectionState>,
  change: (part: Partial<ConnectionState>) => void,
): Observable<unknown> {
  const startedMs = performance.now();
  const value = (index: number) => `${startedMs.toFixed(0)}-${index}`;
  const publishedMs = new Map<string, number>();
  const publish = async (index: number) => {
    const nowMs = performance.now();
    publishedMs.set(value(index), nowMs);
    await client.publish(topic, value(index), { retain: true });
    change({ published: [...state$.value.published, nowMs - startedMs] });
  };
  const changing$ = from(CHANGES_MS).pipe(
    concatMap((afterMs, index) =>
      timer(startedMs + afterMs - performance.now()).pipe(concatMap(() => publish(index))),
    ),
  );
  const note = (way: WayId, exchange: Exchange) =>
    change({
      tracks: state$.value.tracks.map((track) =>
        track.way === way ? add(track, exchange, { startedMs, publishedMs }) : track,
      ),
    });
  const ways = Object.entries(WAYS) as [WayId, Way][];
  const tracks$ = merge(
    ...ways.map(([id, way]) => way({ address, topic, heads }).pipe(tap((exchange) => note(id, exchange)))),
  );
  return merge(tracks$, changing$).pipe(takeUntil(timer(RUN_MS)));
}

interface RunTimes {
  readonly startedMs: number;
  readonly publishedMs: ReadonlyMap<string, number>;
}

function add(track: Track, exchange: Exchange, { startedMs, publishedMs }: RunTimes): Track {
  const { fromMs, toMs, bytes, values, isInVain } = exchange;
  const delays = values.flatMap((value) => {
    const atMs = publishedMs.get(value);
    return atMs === undefined ? [] : [toMs - atMs];
  });
  return {
    ...track,
    exchanges: [...track.exchanges, { ...exchange, fromMs: fromMs - startedMs, toMs: toMs - startedMs }],
    bytes: track.bytes + bytes,
    inVain: track.inVain + (isInVain ? 1 : 0),
    delaysMs: [...track.delaysMs, ...delays],
  };
}
