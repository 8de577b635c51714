import { render } from 'lit';
import {
  BehaviorSubject,
  combineLatest,
  distinctUntilChanged,
  filter,
  map,
  type Observable,
  type Subscription,
} from 'rxjs';
import type { HubClient } from '../../hub/client/hub-client.ts';
import { type Identity, mayPublish } from '../../hub/client/identity.ts';
import { type HubError, toHubError } from '../../hub/core/index.ts';
import type { Language } from '../languages/index.ts';
import { type Control, createControl } from '../shared/control.ts';
import { eachFrame } from '../shared/frame.ts';
import type { LanguageChoice } from '../shared/language.ts';
import { createSession, type SessionOptions } from '../shared/session.ts';
import { shareLatest } from '../shared/share-latest.ts';
import { benchItems } from './bench/items.ts';
import { layOut } from './bench/layout.ts';
import type { NameVerdict } from './device/device-name.ts';
import { deviceNamesOf } from './device/device-rights.ts';
import { type RunningTabDevice, watchTabDevice } from './device/tab-device.ts';
import { type Bench, wantedNumber, watchBench } from './model/bench.ts';
import { pageView } from './page.ts';
import type { Part } from './parts/part.ts';
import type { Actions, Choices } from './scene.ts';
import { words } from './words.ts';

export interface SimulatorParts extends SessionOptions {
  readonly client: HubClient;
  /** What stands before the topics of the board that is shown: `''`, or `ana/`. */
  readonly prefix: string;
  /** The device that this tab is to be, if it is to be one. */
  readonly wanted: NameVerdict | undefined;
  readonly startTabDevice: (name: string) => RunningTabDevice;
  readonly parts: readonly Part[];
  readonly language: LanguageChoice;
  readonly reconnect: () => void;
}

const FIRST_CHOICES: Choices = { gpio: 21, timeBase: 'auto', isPerceived: false };

/** Shows the simulator in an element, until it is unsubscribed. It draws at most once a frame, and never while hidden. */
export function showSimulator(root: HTMLElement, options: SimulatorParts): Subscription {
  const { client, prefix, language, reconnect } = options;
  const session = createSession(client, options);
  const choices$ = new BehaviorSubject(FIRST_CHOICES);
  const refusal$ = new BehaviorSubject<HubError | undefined>(undefined);
  const width$ = new BehaviorSubject(root.clientWidth);
  const resizes = new ResizeObserver(([entry]) => width$.next(entry?.contentRect.width ?? root.clientWidth));

  const bench$ = watchBench(client, prefix, {
    hubAway$: session.hubAway$,
    hubBack$: session.hubBack$,
    onDenied: session.deny,
  }).pipe(shareLatest());
  const bounce = createBounce(options, bench$, refusal$);

  const steady = {
    reconnect,
    signOut: session.signOut,
    setBounce: bounce.set,
    actions: createActions(options, choices$, refusal$),
    chooseLanguage: (chosen: Language) => language.choose(chosen),
    watchSize: (bench: Element | undefined) => bench && resizes.observe(bench),
  };
  const state$ = combineLatest({
    bench: bench$,
    bounceMs: bounce.value$,
    choices: choices$,
    language: language.language$,
    connection: client.connection$,
    trouble: session.trouble$,
    identity: session.identity$,
    hasStayed: session.hasStayed$,
    tabDevice: watchTabDevice(options.wanted, session.answer$, options.startTabDevice),
    refusal: refusal$,
    width: width$.pipe(distinctUntilChanged()),
  });
  const drawing = state$.pipe(eachFrame).subscribe(({ width, language: code, ...state }) => {
    const layout = layOut(width, benchItems(state.bench, options.parts));
    const scale = width / layout.width;
    const permissions = permissionsOf(state.identity, prefix);
    render(
      pageView({
        ...steady,
        ...state,
        ...permissions,
        words: words[code],
        layout,
        scale,
      }),
      root,
    );
  });
  drawing.add(language.language$.subscribe(nameDocument));
  drawing.add(() => resizes.disconnect());
  return drawing;
}

/** How long the button's contact chatters: a control like the dashboard's, so that a late echo does not turn it back. */
function createBounce(
  { client, prefix }: SimulatorParts,
  bench$: Observable<Bench>,
  refusal$: BehaviorSubject<HubError | undefined>,
): Control<number> {
  const wanted$ = bench$.pipe(
    map(({ devices }) => wantedNumber(devices.get('button/23'), 'bounce')),
    filter((ms) => ms !== undefined),
    distinctUntilChanged(),
  );
  const publish = (ms: number) => client.publish(`${prefix}button/23/bounce`, `${ms}`, { retain: true });
  const control = createControl<number>({ wanted$, publish: async (ms) => void (await publish(ms)) });
  control.refused$.subscribe(refusal$);
  return control;
}

function permissionsOf(identity: Identity | undefined, prefix: string) {
  return {
    mayPublish: (path: string) => mayPublish(identity, prefix + path),
    isWatching: !mayPublish(identity, `${prefix}led/21/duty`),
    deviceNames: deviceNamesOf(identity),
  };
}

function createActions(
  { client, prefix }: SimulatorParts,
  choices$: BehaviorSubject<Choices>,
  refusal$: BehaviorSubject<HubError | undefined>,
): Actions {
  return {
    choose: (choices) => choices$.next({ ...choices$.value, ...choices }),
    publish: (path, payload, options = { retain: false }) => {
      client.publish(prefix + path, payload, options).then(
        () => refusal$.next(undefined),
        (error: unknown) => refusal$.next(toHubError(error)),
      );
    },
  };
}

/** Not with every drawing: a change of the document's language has every style computed anew. */
function nameDocument(language: Language): void {
  document.documentElement.lang = language;
  document.title = words[language].say.title;
}
