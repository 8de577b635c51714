import { BehaviorSubject, map, Subscription } from 'rxjs';
import type { HubClient } from '../../../hub/client/hub-client.ts';
import { toHubError } from '../../../hub/core/error.ts';
import { settled } from '../../shared/settled.ts';
import { type Lesson, type OpenLesson, type Stage, Steps } from '../lesson.ts';
import type { WillActions, WillEvent, WillState } from '../states/will.ts';
import { willView } from '../view/will.ts';

const WILL_SEEN = 0;
const LEFT_IN_SILENCE = 1;
const SAID_GOODBYE = 2;
const MOST_EVENTS = 8;

export const will: Lesson = { id: 'will', open };

/** A lamp's client on the hub, with a way to cut its socket. */
interface Lamp {
  readonly client: HubClient;
  /** Resolves once the connection has ended. */
  readonly cut: () => Promise<void>;
}

function open(stage: Stage): OpenLesson {
  const topic = `${stage.base}/lamp/status`;
  const steps = new Steps(3);
  const life = new Subscription();
  const state$ = new BehaviorSubject<WillState>({
    topic,
    status: undefined,
    lamp: 'away',
    events: [],
    problem: undefined,
  });
  const change = (part: Partial<WillState>) => state$.next({ ...state$.value, ...part });
  const note = (what: WillEvent['what'], status = '') =>
    change({ events: [{ what, status }, ...state$.value.events].slice(0, MOST_EVENTS) });
  let lamp: Lamp | undefined;
  let how: WillEvent['what'] = 'left';
  life.add(
    stage.client.messages(topic).subscribe({
      next: ({ text = '', retained }) => {
        change({ status: text });
        if (retained) return;
        note('status', text);
        if (text === 'offline' && how === 'pulled') steps.reach(WILL_SEEN);
        if (text === 'offline' && how === 'said-goodbye') steps.reach(SAID_GOODBYE);
      },
      // The page reports problems of its own connection.
      error: () => undefined,
    }),
  );
  const plugIn = async () => {
    if (lamp) return;
    lamp = createLamp(stage, topic);
    change({ lamp: 'coming', problem: undefined });
    await lamp.client.publish(topic, 'online', { retain: true });
    note('plugged');
    change({ lamp: 'here' });
  };
  const end = async (by: WillEvent['what'], act: (lamp: Lamp) => Promise<unknown>) => {
    const ending = lamp;
    if (!ending) return;
    lamp = undefined;
    how = by;
    note(by);
    change({ lamp: 'away' });
    await act(ending);
    await ending.client.close();
    await settled(stage.client);
    if (by === 'left' && state$.value.status === 'online') steps.reach(LEFT_IN_SILENCE);
  };
  const tell = (error: unknown) => change({ problem: toHubError(error), lamp: lamp ? 'here' : 'away' });
  life.add(() => void lamp?.client.close());
  const actions: WillActions = {
    plugIn: () => void plugIn().catch(tell),
    pullPlug: () => void end('pulled', ({ cut }) => cut()).catch(tell),
    leave: () => void end('left', async () => undefined).catch(tell),
    sayGoodbye: () =>
      void end('said-goodbye', ({ client }) => client.publish(topic, 'offline', { retain: true })).catch(
        tell,
      ),
  };
  return {
    steps$: steps.steps$,
    view$: state$.pipe(map((state) => willView(state, actions))),
    close: () => life.unsubscribe(),
  };
}

/** Creates a lamp with a last will, over a WebSocket that can be cut without notice, as if its plug were pulled. */
function createLamp({ join }: Stage, topic: string): Lamp {
  let socket: WebSocket | undefined;
  const client = join({
    will: { topic, payload: 'offline', retain: true },
    socketFor: (address) => {
      socket = new WebSocket(address);
      return socket;
    },
  });
  const cut = async () => {
    const cutting = socket;
    if (!cutting) return;
    const ended = new Promise((resolve) => cutting.addEventListener('close', resolve));
    cutting.close();
    await ended;
  };
  return { client, cut };
}
