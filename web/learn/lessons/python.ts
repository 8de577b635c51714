import { BehaviorSubject, catchError, EMPTY, map, Subscription } from 'rxjs';
import { type Lesson, type OpenLesson, type Stage, Steps } from '../lesson.ts';
import { devicesOf } from '../model/learner.ts';
import { LIBRARIES } from '../model/python.ts';
import { isConnected, type PythonActions, type PythonState } from '../states/python.ts';
import { pythonView } from '../view/python.ts';

export const python: Lesson = { id: 'python', open };

function open({ client, address, base, asksWho, seesBoard }: Stage): OpenLesson {
  const steps = new Steps(1);
  const life = new Subscription();
  const devices = devicesOf(base);
  const status = `${base}/python/status`;
  const state$ = new BehaviorSubject<PythonState>({
    target: { address, light: `${devices}led/21/duty`, status },
    ...{ asksWho, devices, pigpiodPort: undefined, connections: 0, isOnline: false },
    ...{ token: '', hasFailed: false },
  });
  const change = (part: Partial<PythonState>) => state$.next({ ...state$.value, ...part });
  const follow = (topic: string, take: (text: string) => void) =>
    life.add(
      client
        .messages(topic)
        .pipe(catchError(() => EMPTY))
        .subscribe(({ text = '' }) => take(text)),
    );
  if (seesBoard) {
    follow('board/pigpiod/port/actual', (text) => change({ pigpiodPort: Number(text) || undefined }));
    follow('board/pigpiod/connections/actual', (text) => change({ connections: Number(text) || 0 }));
  }
  follow(status, (text) => change({ isOnline: text === 'online' }));
  life.add(
    state$.subscribe((state) => {
      if (LIBRARIES.some((library) => isConnected(state, library))) steps.reach(0);
    }),
  );
  const makeToken = async () => {
    const { createHubApi } = await import('../../../hub/client/api/hub-api.ts');
    return createHubApi(address).classroom.token();
  };
  const actions: PythonActions = {
    makeToken: () =>
      void makeToken().then(
        (token) => change({ token, hasFailed: false }),
        () => change({ hasFailed: true }),
      ),
  };
  return {
    steps$: steps.steps$,
    view$: state$.pipe(map((state) => pythonView(state, actions))),
    close: () => life.unsubscribe(),
  };
}
