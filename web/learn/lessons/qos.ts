import { BehaviorSubject, map, Subscription } from 'rxjs';
import { toHubError } from '../../../hub/core/error.ts';
import { settled } from '../../shared/settled.ts';
import { type Lesson, type OpenLesson, type Stage, Steps } from '../lesson.ts';
import type { Qos } from '../model/mqtt-sender.ts';
import { type QosActions, type QosState, type Run, tally } from '../states/qos.ts';
import { qosView } from '../view/qos.ts';

export const COUNT = 20;

export const qos: Lesson = { id: 'qos', open };

function open(stage: Stage): OpenLesson {
  const topic = `${stage.base}/numbers`;
  const steps = new Steps(4);
  const life = new Subscription();
  const ending = new AbortController();
  life.add(() => ending.abort());
  const state$ = new BehaviorSubject<QosState>({
    topic,
    isLinkBad: false,
    run: undefined,
    finished: [],
    problem: undefined,
  });
  const change = (part: Partial<QosState>) => state$.next({ ...state$.value, ...part });
  const learn = (part: Partial<Run>) => {
    const { run } = state$.value;
    if (run) change({ run: { ...run, ...part } });
  };
  life.add(
    stage.client.messages(topic).subscribe({
      next: ({ text = '' }) => learn({ arrived: counted(state$.value.run?.arrived ?? [], Number(text)) }),
      // The page reports problems of its own connection.
      error: () => undefined,
    }),
  );
  const send = async (level: Qos) => {
    const { isLinkBad, run: current } = state$.value;
    if (current && !current.isOver) return;
    change({ run: startOf(level, isLinkBad), problem: undefined });
    // mqtt.js is large, and only this lesson needs it.
    const { sendNumbers } = await import('../model/mqtt-sender.ts');
    const breaks = await sendNumbers(
      {
        address: new URL('mqtt', stage.address.replace(/^http/, 'ws')).href,
        clientId: `${stage.base}/qos`,
        ...{ topic, qos: level, count: COUNT, isLinkBad },
        onSent: (sent) => learn({ sent }),
      },
      ending.signal,
    );
    await settled(stage.client);
    finish(breaks);
  };
  const finish = (breaks: number) => {
    learn({ breaks, isOver: true });
    const { run, finished } = state$.value;
    if (!run) return;
    change({ finished: [...finished.filter((one) => !isSameTrial(one, run)), run] });
    judge(steps, run);
  };
  const fail = (error: unknown) => {
    learn({ isOver: true });
    change({ problem: toHubError(error) });
  };
  const actions: QosActions = {
    setLink: (isLinkBad) => change({ isLinkBad }),
    send: (level) => void send(level).catch(fail),
  };
  return {
    steps$: steps.steps$,
    view$: state$.pipe(map((state) => qosView(state, actions))),
    close: () => life.unsubscribe(),
  };
}

function startOf(level: Qos, isLinkBad: boolean): Run {
  const arrived = Array.from({ length: COUNT }, () => 0);
  return { qos: level, isLinkBad, sent: 0, arrived, breaks: 0, isOver: false };
}

function counted(arrived: readonly number[], number: number): readonly number[] {
  return arrived.map((times, index) => (index + 1 === number ? times + 1 : times));
}

function isSameTrial(one: Run, other: Run): boolean {
  return one.qos === other.qos && one.isLinkBad === other.isLinkBad;
}

/** The steps: first a good link, then each quality of service over the bad one. */
function judge(steps: Steps, run: Run): void {
  if (run.sent < COUNT) return;
  const { lost, doubled } = tally(run);
  if (!run.isLinkBad) {
    if (lost === 0) steps.reach(0);
    return;
  }
  if (run.qos === 0 && lost > 0) steps.reach(1);
  if (run.qos === 1 && lost === 0 && doubled > 0) steps.reach(2);
  if (run.qos === 2 && lost === 0 && doubled === 0) steps.reach(3);
}
