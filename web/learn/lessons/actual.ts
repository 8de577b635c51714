import { BehaviorSubject, map, Subscription, timer } from 'rxjs';
import type { HubClient } from '../../../hub/client/hub-client.ts';
import { toHubError } from '../../../hub/core/error.ts';
import { type Lesson, type OpenLesson, type Stage, Steps } from '../lesson.ts';
import type { ActualActions, ActualState } from '../states/actual.ts';
import { actualView } from '../view/actual.ts';

/** The change of a slow lamp per tick, percent: the whole range takes four seconds. */
const STEP = 2.5;
const TICK_MS = 100;

export const actual: Lesson = { id: 'actual', open };

function open(stage: Stage): OpenLesson {
  const topic = `${stage.base}/lamp/duty`;
  const steps = new Steps(3);
  const life = new Subscription();
  const state$ = new BehaviorSubject<ActualState>({
    topic,
    desired: undefined,
    actual: undefined,
    isPluggedIn: true,
    problem: undefined,
  });
  const change = (part: Partial<ActualState>) => {
    state$.next({ ...state$.value, ...part });
    judge(steps, state$.value);
  };
  let lamp = startLamp(stage, topic);
  const plug = (isPluggedIn: boolean) => {
    lamp.unsubscribe();
    if (isPluggedIn) lamp = startLamp(stage, topic);
    change({ isPluggedIn });
  };
  life.add(follow(stage.client, topic, (desired) => change({ desired })));
  life.add(follow(stage.client, `${topic}/actual`, (value) => change({ actual: value })));
  life.add(() => lamp.unsubscribe());
  const actions: ActualActions = {
    wish: (percent) =>
      void stage.client
        .publish(topic, String(percent), { retain: true })
        .then(() => change({ problem: undefined }))
        .catch((error) => change({ problem: toHubError(error) })),
    plug,
  };
  return {
    steps$: steps.steps$,
    view$: state$.pipe(map((state) => actualView(state, actions))),
    close: () => life.unsubscribe(),
  };
}

/**
 * Starts a lamp with a client of its own: it moves to the desired value at its own pace and publishes its actual value.
 */
function startLamp({ join }: Stage, topic: string): Subscription {
  const client = join();
  let desired: number | undefined;
  let now: number | undefined;
  const say = () =>
    void client.publish(`${topic}/actual`, String(now), { retain: true }).catch(() => undefined);
  const life = follow(client, topic, (percent) => {
    desired = percent;
  });
  // After it is plugged in again, it continues from its last value.
  life.add(
    follow(client, `${topic}/actual`, (percent) => {
      now ??= percent;
    }),
  );
  life.add(
    timer(TICK_MS, TICK_MS).subscribe(() => {
      if (desired === undefined || desired === now) return;
      const from = now ?? 0;
      now = from + Math.max(-STEP, Math.min(STEP, desired - from));
      say();
    }),
  );
  life.add(() => void client.close());
  return life;
}

/** Passes on the numbers from a topic, 0–100. */
function follow(client: HubClient, topic: string, take: (percent: number) => void): Subscription {
  return client.messages(topic).subscribe({
    next: ({ text = '' }) => {
      const percent = Number(text);
      if (text.trim() !== '' && percent >= 0 && percent <= 100) take(percent);
    },
    // The page reports problems of its own connection.
    error: () => undefined,
  });
}

const REACHED = 0;
const APART = 1;
const CAUGHT_UP = 2;
const BRIGHT = 80;
const DIM = 30;

function judge(steps: Steps, { desired, actual: value, isPluggedIn }: ActualState): void {
  if (steps.next === REACHED && desired === BRIGHT && value === BRIGHT) steps.reach(REACHED);
  else if (steps.next === APART && !isPluggedIn && desired === DIM && value === BRIGHT) steps.reach(APART);
  else if (steps.next === CAUGHT_UP && isPluggedIn && desired === DIM && value === DIM)
    steps.reach(CAUGHT_UP);
}
