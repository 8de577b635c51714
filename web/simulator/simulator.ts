import { render } from 'lit';
import {
  BehaviorSubject,
  combineLatest,
  distinctUntilChanged,
  filter,
  ignoreElements,
  map,
  merge,
  mergeMap,
  type Observable,
  of,
  type Subscription,
  shareReplay,
  startWith,
  switchMap,
  tap,
} from 'rxjs';
import type { HubClient } from '../../hub/client/hub-client.ts';
import { type Identity, mayPublish } from '../../hub/client/identity.ts';
import { type HubError, toHubError } from '../../hub/core/index.ts';
import type { Language } from '../languages/index.ts';
import { createDeviceFeed } from '../shared/device-feed.ts';
import { devicesOf, watchDevices } from '../shared/devices.ts';
import { Frames } from '../shared/frame.ts';
import type { HoldPublish } from '../shared/hold-connection.ts';
import type { LanguageChoice } from '../shared/language.ts';
import { loadAgain } from '../shared/load-again.ts';
import { numberPayload } from '../shared/payload.ts';
import type { FindModule } from '../shared/plug-ins/find-module.ts';
import { createProperty, type Property } from '../shared/property.ts';
import { createSession, type Session, type SessionOptions } from '../shared/session.ts';
import { shareLatest } from '../shared/share-latest.ts';
import { benchItems } from './bench/items.ts';
import { createLayout } from './bench/layout.ts';
import type { NameVerdict } from './device/device-name.ts';
import { deviceNamesOf } from './device/device-rights.ts';
import { type LoadTabDevice, watchTabDevice } from './device/watch-tab-device.ts';
import { type Bench, watchBench } from './model/bench.ts';
import { chooseBoard, watchBoards } from './model/choose-board.ts';
import { watchPins } from './model/pins.ts';
import type { DrawCircuit, EditorOptions, LoadEditor } from './own-circuit.ts';
import { pageView } from './page.ts';
import type { Part } from './parts/part.ts';
import { watchPlugInParts } from './parts/plug-in.ts';
import type { Actions, Choices, View } from './scene.ts';
import { words } from './words.ts';

export interface SimulatorParts extends SessionOptions {
  readonly client: HubClient;
  /** The prefix of the board to show, like `ana`; `undefined` if the page should find one. */
  readonly board: string | undefined;
  /** The device that this tab should be, if any. */
  readonly wanted: NameVerdict | undefined;
  readonly loadTabDevice: LoadTabDevice;
  readonly parts: readonly Part[];
  /** Finds the modules that draw other kinds. */
  readonly findPart: FindModule;
  /** Publishes a press of a button. */
  readonly hold: HoldPublish;
  readonly language: LanguageChoice;
  readonly reconnect: () => void;
  /** The initial view. */
  readonly view: View;
  /** Called with the current view, at once and at every change. */
  readonly showView: (view: View) => void;
  readonly loadEditor: LoadEditor;
  /** Why the hub refuses all publishing, as while a class is paused; `undefined` once it accepts it again. */
  readonly refused$: Observable<HubError | undefined>;
  /** The circuit codes from links; never completes. */
  readonly code$: Observable<string>;
}

const FIRST_CHOICES = { gpio: 21, secondGpio: undefined, timeBase: 'auto', isPerceived: false } as const;

/** Shows the simulator in an element, until it is unsubscribed. It draws at most once per frame, and never while hidden. */
export function showSimulator(root: HTMLElement, options: SimulatorParts): Subscription {
  const { client, language, reconnect } = options;
  const session = createSession(client, options);
  const choices$ = new BehaviorSubject<Choices>({ ...FIRST_CHOICES, view: options.view });
  const refusal$ = new BehaviorSubject<HubError | undefined>(undefined);
  const width$ = new BehaviorSubject(root.clientWidth);
  const resizes = new ResizeObserver((entries) => width$.next(widthOf(entries) ?? root.clientWidth));
  const layOut = createLayout();
  const frames = new Frames();

  const steady = {
    reconnect,
    signOut: session.signOut,
    chooseLanguage: (chosen: Language) => language.choose(chosen),
    watchSize: (bench: Element | undefined) => bench && resizes.observe(bench),
  };
  const board$ = watchBoard({ ...options, frames }, session, { choices$, refusal$ }).pipe(shareLatest());
  const state$ = combineLatest({
    board: board$,
    plugInParts: watchPlugInParts(otherKinds(board$, options.parts), options.findPart, (error) =>
      refusal$.next(error),
    ),
    choices: choices$,
    language: language.language$,
    connection: client.connection$,
    trouble: session.trouble$,
    identity: session.identity$,
    isOutdated: session.isOutdated$,
    hasStayed: session.hasStayed$,
    tabDevice: watchTabDevice(options.wanted, session.answer$, options.loadTabDevice),
    refusal: refusal$,
    drawCircuit: watchCircuit(choices$, options.loadEditor, {
      ...options,
      ...session,
      bus: client,
      board$,
      isShown$: viewOf(choices$).pipe(map((view) => view === 'circuit')),
      refused: (error) => refusal$.next(toHubError(error)),
    }),
    width: width$.pipe(distinctUntilChanged()),
  });
  const drawing = frames.each(state$).subscribe(({ width, language: code, board, plugInParts, ...state }) => {
    const layout = layOut(width, benchItems(board.bench, [...options.parts, ...plugInParts]));
    const permissions = permissionsOf(state.identity, board.prefix);
    const isHubThere = state.connection.status === 'online';
    const view = { ...steady, ...state, ...board, ...permissions, isHubThere };
    render(pageView({ ...view, words: words[code], layout, width, scale: width / layout.width }), root);
  });
  drawing.add(language.language$.subscribe(nameDocument));
  drawing.add(viewOf(choices$).subscribe(options.showView));
  drawing.add(options.code$.subscribe(() => choices$.next({ ...choices$.value, view: 'circuit' })));
  drawing.add(options.refused$.subscribe((error) => refusal$.next(error)));
  drawing.add(() => resizes.disconnect());
  return drawing;
}

/** The width of the element that is on the page: an element that was just removed has none. */
function widthOf(entries: readonly ResizeObserverEntry[]): number | undefined {
  return entries.map(({ contentRect }) => contentRect.width).findLast((width) => width > 0);
}

function viewOf(choices$: Observable<Choices>): Observable<View> {
  return choices$.pipe(
    map(({ view }) => view),
    distinctUntilChanged(),
  );
}

/** The function that draws the user's own circuit while it is shown, at once and at every change. */
function watchCircuit(
  choices$: Observable<Choices>,
  loadEditor: LoadEditor,
  options: EditorOptions,
): Observable<DrawCircuit | undefined> {
  const draw$: Observable<DrawCircuit | undefined> = loadAgain(loadEditor).pipe(
    switchMap((create) => create(options)),
    shareReplay(1),
  );
  return viewOf(choices$).pipe(
    switchMap((view) => (view === 'circuit' ? draw$ : of(undefined))),
    startWith<DrawCircuit | undefined>(undefined),
  );
}

/** The kinds of the board's devices that have no built-in part, one by one. */
function otherKinds(board$: Observable<BoardState>, parts: readonly Part[]): Observable<string> {
  const known = new Set(parts.map(({ kind }) => kind));
  return board$.pipe(
    mergeMap(({ bench }) => [...bench.devices.values()].map(({ kind }) => kind)),
    filter((kind) => !known.has(kind)),
  );
}

/** The board that is shown, and the actions on it. */
interface BoardState {
  /** The prefix of its topics: `''`, or `ana/`. */
  readonly prefix: string;
  /** The prefixes of all boards that the user can view, without a slash. */
  readonly boards: readonly string[];
  readonly bench: Bench;
  /** The desired duty cycle of the LED on the chosen pin. */
  readonly dutyPercent: number | undefined;
  /** The bounce time of the button's contact, milliseconds, as it was last set. */
  readonly bounceMs: number | undefined;
  readonly setBounce: (ms: number) => void;
  readonly actions: Actions;
}

interface Subjects {
  readonly choices$: BehaviorSubject<Choices>;
  readonly refusal$: BehaviorSubject<HubError | undefined>;
}

function watchBoard(
  { client, board, hold, frames }: SimulatorParts & { readonly frames: Frames },
  { hubAway$, hubBack$, deny }: Session,
  subjects: Subjects,
): Observable<BoardState> {
  const states$ = watchDevices(client, { hubAway$, hubBack$, pace: frames.each, onDenied: deny });
  const devices$ = devicesOf(states$);
  const boards$ = watchBoards(states$).pipe(shareLatest());
  return chooseBoard(boards$, board).pipe(
    switchMap((name) => {
      const prefix = name === '' ? '' : `${name}/`;
      const pins$ = watchPins(client, prefix, { hubAway$, hubBack$ });
      const numberAt = (path: string, property: string) =>
        createProperty(
          createDeviceFeed(client, prefix + path, { hubAway$, hubBack$ }),
          property,
          numberPayload,
        );
      const bounce = numberAt('button/23', 'bounce');
      const duty$ = subjects.choices$.pipe(
        map(({ gpio }) => gpio),
        distinctUntilChanged(),
        map((gpio) => numberAt(`led/${gpio}`, 'duty')),
        switchMap((duty) =>
          withRefusals(duty, subjects).pipe(map((dutyPercent) => ({ control: duty, dutyPercent }))),
        ),
      );
      return combineLatest({
        boards: boards$,
        bench: watchBench(devices$, name, pins$),
        bounceMs: withRefusals(bounce, subjects),
        duty: duty$,
      }).pipe(
        map(({ duty: { control: duty, dutyPercent }, ...state }) => ({
          ...state,
          dutyPercent,
          prefix,
          setBounce: setter(bounce, subjects),
          actions: createActions({ hold, duty }, prefix, subjects),
        })),
      );
    }),
  );
}

/** Setting a new value clears the last refusal. */
function setter(control: Pick<Property<number>, 'set'>, { refusal$ }: Subjects): (value: number) => void {
  return (value) => {
    refusal$.next(undefined);
    control.set(value);
  };
}

/** The value of a control; its refusals by the hub are reported together with all others. */
function withRefusals<T>(
  { value$, refused$ }: Pick<Property<T>, 'value$' | 'refused$'>,
  { refusal$ }: Subjects,
): Observable<T | undefined> {
  const told$ = refused$.pipe(
    tap((error) => refusal$.next(error)),
    ignoreElements(),
  );
  return merge(value$, told$);
}

function permissionsOf(identity: Identity | undefined, prefix: string) {
  return {
    mayPublish: (path: string) => mayPublish(identity, prefix + path),
    isWatching: !mayPublish(identity, `${prefix}led/21/duty`),
    deviceNames: deviceNamesOf(identity),
  };
}

function createActions(
  { hold, duty }: Pick<SimulatorParts, 'hold'> & { readonly duty: Property<number> },
  prefix: string,
  subjects: Subjects,
): Actions {
  const { choices$, refusal$ } = subjects;
  const tell = (published: Promise<void>) => {
    published.then(
      () => refusal$.next(undefined),
      (error: unknown) => refusal$.next(toHubError(error)),
    );
  };
  return {
    choose: (choices) => choices$.next({ ...choices$.value, ...choices }),
    setDuty: setter(duty, subjects),
    press: (path, isPressed) => tell(hold(prefix + path, String(isPressed), 'false')),
  };
}

/** Sets the document's language and title. Call it only on a change of language, because the browser then recomputes all styles. */
function nameDocument(language: Language): void {
  document.documentElement.lang = language;
  document.title = words[language].say.title;
}
