import { BehaviorSubject, map } from 'rxjs';
import { toHubError } from '../../../hub/core/error.ts';
import { type Lesson, type OpenLesson, type Stage, Steps } from '../lesson.ts';
import { judge, type Measurement, WAVES } from '../model/waves.ts';
import type { PwmActions, PwmState } from '../states/pwm.ts';
import { pwmView } from '../view/pwm.ts';

const UNTYPED = { onMs: '', periodMs: '', duty: '' };

export const pwm: Lesson = { id: 'pwm', open };

function open({ client, base }: Stage): OpenLesson {
  const topic = `${base}/led/duty`;
  const steps = new Steps(WAVES.length);
  const state$ = new BehaviorSubject<PwmState>({
    ...roundOf(0),
    topic,
    light: 0,
    isSlow: false,
    problem: undefined,
  });
  const change = (part: Partial<PwmState>) => state$.next({ ...state$.value, ...part });
  const light = client.messages(topic).subscribe({
    next: ({ text = '', retained }) => {
      const duty = Number(text);
      if (text === '' || !(duty >= 0 && duty <= 100)) return;
      change({ light: duty });
      if (retained || state$.value.verdict !== 'right') return;
      steps.reach(state$.value.round);
      if (steps.next < WAVES.length) change({ ...roundOf(steps.next), verdict: 'right' });
    },
    // The page reports problems of its own connection.
    error: () => undefined,
  });
  const check = () => {
    const { wave, typed } = state$.value;
    const measured = readMeasurement(typed);
    const verdict = measured ? judge(wave, measured) : 'unread';
    change({ verdict, problem: undefined });
    if (verdict !== 'right' || !measured) return;
    client
      .publish(topic, String(measured.duty), { retain: true })
      .catch((error) => change({ problem: toHubError(error) }));
  };
  const actions: PwmActions = {
    move: (cursor, toMs) => change({ cursors: moved(state$.value.cursors, cursor, toMs) }),
    type: (field, text) => change({ typed: { ...state$.value.typed, [field]: text } }),
    check,
    slow: (isSlow) => change({ isSlow }),
  };
  return {
    steps$: steps.steps$,
    view$: state$.pipe(map((state) => pwmView(state, actions))),
    close: () => light.unsubscribe(),
  };
}

function roundOf(round: number): Pick<PwmState, 'round' | 'wave' | 'cursors' | 'typed' | 'verdict'> {
  const wave = WAVES[round] ?? { onMs: 1, periodMs: 2 };
  return { round, wave, cursors: [0, 0], typed: UNTYPED, verdict: undefined };
}

function moved([first, second]: PwmState['cursors'], cursor: 0 | 1, toMs: number): PwmState['cursors'] {
  return cursor === 0 ? [toMs, second] : [first, toMs];
}

/** Parses numbers as people type them, with a comma or a point, and with or without a unit; `undefined` if one of them is invalid. */
function readMeasurement({ onMs, periodMs, duty }: PwmState['typed']): Measurement | undefined {
  const [on, period, percent] = [onMs, periodMs, duty].map((text) =>
    text.trim() === '' ? Number.NaN : Number(text.replace(/\s*(ms|%)\s*$/i, '').replace(',', '.')),
  );
  if (on === undefined || period === undefined || percent === undefined) return undefined;
  return [on, period, percent].every(Number.isFinite)
    ? { onMs: on, periodMs: period, duty: percent }
    : undefined;
}
