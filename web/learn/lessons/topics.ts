import { BehaviorSubject, lastValueFrom, map, toArray } from 'rxjs';
import { toHubError } from '../../../hub/core/error.ts';
import { settled } from '../../shared/settled.ts';
import { type Lesson, type OpenLesson, type Stage, Steps } from '../lesson.ts';
import { type Catch, HOUSE, type TopicsActions, type TopicsState } from '../states/topics.ts';
import { topicsView } from '../view/topics.ts';

/** The required topics of each step. */
const WANTED: readonly ((topic: string) => boolean)[] = [
  (topic) => topic.startsWith('house/kitchen/'),
  (topic) => topic.endsWith('/temperature'),
  (topic) => topic.endsWith('/light'),
];

export const topics: Lesson = { id: 'topics', open };

function open(stage: Stage): OpenLesson {
  const steps = new Steps(WANTED.length);
  const state$ = new BehaviorSubject<TopicsState>({
    typed: '',
    isTrying: false,
    last: undefined,
    base: stage.base,
  });
  const change = (part: Partial<TopicsState>) => state$.next({ ...state$.value, ...part });
  const tryFilter = async () => {
    const { typed, isTrying } = state$.value;
    if (isTrying || typed === '') return;
    change({ isTrying: true });
    const last = await catchWith(stage, typed, WANTED[steps.next]);
    if (!last.error && last.missing.length === 0 && last.extra.length === 0) steps.reach(steps.next);
    change({ isTrying: false, last });
  };
  const actions: TopicsActions = {
    type: (typed) => change({ typed }),
    try: () => void tryFilter(),
  };
  return {
    steps$: steps.steps$,
    view$: state$.pipe(map((state) => topicsView(state, actions))),
    close: () => undefined,
  };
}

/** Subscribes to the filter with a new client, publishes the whole house, and reports what arrived. */
async function catchWith(
  { join, client, base }: Stage,
  filter: string,
  isWanted: (topic: string) => boolean = () => false,
): Promise<Catch> {
  const listener = join();
  const arriving = lastValueFrom(
    listener.messages(`${base}/${filter}`).pipe(
      map(({ topic }) => topic.slice(base.length + 1)),
      toArray(),
    ),
  );
  try {
    await Promise.race([arriving, settled(listener)]); // Rejects if the hub refuses the filter.
    await Promise.all([...HOUSE].map(([topic, value]) => client.publish(`${base}/${topic}`, value)));
    await settled(listener);
    await listener.close();
    return compare(filter, await arriving, isWanted);
  } catch (error) {
    await listener.close();
    return { ...compare(filter, [], isWanted), error: toHubError(error) };
  }
}

function compare(filter: string, caught: readonly string[], isWanted: (topic: string) => boolean): Catch {
  const wanted = [...HOUSE.keys()].filter(isWanted);
  return {
    filter,
    caught,
    missing: wanted.filter((topic) => !caught.includes(topic)),
    extra: caught.filter((topic) => !isWanted(topic)),
  };
}
