import { BehaviorSubject, map } from 'rxjs';
import { toHubError } from '../../../hub/core/error.ts';
import { settled } from '../../shared/settled.ts';
import { type Lesson, type OpenLesson, type Stage, Steps } from '../lesson.ts';
import type { RetainedActions, RetainedState } from '../states/retained.ts';
import { retainedView } from '../view/retained.ts';

const SEEN = 0;
const CLEARED = 1;
const MISSED = 2;
const MOST_JOINERS = 6;

export const retained: Lesson = { id: 'retained', open };

function open(stage: Stage): OpenLesson {
  const topic = `${stage.base}/light`;
  const steps = new Steps(3);
  const state$ = new BehaviorSubject<RetainedState>({
    topic,
    value: 70,
    isRetained: false,
    sent: undefined,
    joiners: [],
    isBusy: false,
    problem: undefined,
  });
  const change = (part: Partial<RetainedState>) => state$.next({ ...state$.value, ...part });
  const attempt = async (act: () => Promise<Partial<RetainedState>>) => {
    if (state$.value.isBusy) return;
    change({ isBusy: true, problem: undefined });
    const outcome = await act().catch((error): Partial<RetainedState> => ({ problem: toHubError(error) }));
    change({ ...outcome, isBusy: false });
  };
  const publish = async (payload: string, isRetained: boolean) => {
    await stage.client.publish(topic, payload, { retain: isRetained });
    return { sent: { payload, isRetained } };
  };
  const join = async () => {
    const { joiners, sent } = state$.value;
    const saw = await joinLate(stage, topic);
    judge(steps, sent, saw);
    return { joiners: [{ number: (joiners[0]?.number ?? 0) + 1, saw }, ...joiners].slice(0, MOST_JOINERS) };
  };
  const actions: RetainedActions = {
    choose: (value) => change({ value }),
    retain: (isRetained) => change({ isRetained }),
    publish: () => void attempt(() => publish(String(state$.value.value), state$.value.isRetained)),
    clear: () => void attempt(() => publish('', true)),
    join: () => void attempt(join),
  };
  return {
    steps$: steps.steps$,
    view$: state$.pipe(map((state) => retainedView(state, actions))),
    close: () => undefined,
  };
}

/** Connects a new client and returns the value that the hub had retained for it. */
async function joinLate({ join }: Stage, topic: string): Promise<string | undefined> {
  const joiner = join();
  let saw: string | undefined;
  const reading = joiner.messages(topic).subscribe(({ retained: isKept, text }) => {
    if (isKept) saw = text;
  });
  try {
    await settled(joiner);
    return saw;
  } finally {
    reading.unsubscribe();
    await joiner.close();
  }
}

/** Judges the steps in order: each one starts from what the previous one left on the hub. */
function judge(steps: Steps, sent: RetainedState['sent'], saw: string | undefined): void {
  if (sent === undefined) return;
  const { payload, isRetained } = sent;
  if (steps.next === SEEN && isRetained && payload !== '' && saw === payload) steps.reach(SEEN);
  else if (steps.next === CLEARED && payload === '' && saw === undefined) steps.reach(CLEARED);
  else if (steps.next === MISSED && !isRetained && saw === undefined) steps.reach(MISSED);
}
