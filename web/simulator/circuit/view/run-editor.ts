import {
  BehaviorSubject,
  combineLatest,
  distinctUntilChanged,
  EMPTY,
  filter,
  fromEvent,
  map,
  Observable,
  Subscription,
  startWith,
  switchMap,
  tap,
} from 'rxjs';
import { mayRead } from '../../../../hub/client/identity.ts';
import type { DrawCircuit, EditorOptions } from '../../own-circuit.ts';
import type { Analysis } from '../analysis.ts';
import { EMPTY_CIRCUIT } from '../circuit.ts';
import { type CircuitStore, CURRENT_TOPIC, createCircuitStore } from '../circuit-store.ts';
import { drivePins } from '../drive-pins.ts';
import { readShareCode } from '../share-code.ts';
import { undoKeys } from './board/keys.ts';
import { circuitView } from './circuit-view.ts';
import { Editor } from './model/editor.ts';
import { keepWired } from './model/keep-wired.ts';
import { circuitName } from './model/names.ts';
import { createShelf } from './model/shelf.ts';
import { watchAnalysis } from './model/watch-analysis.ts';
import { watchLink } from './model/watch-link.ts';
import { playTones } from './sound.ts';
import { circuitWords } from './words.ts';

/**
 * Runs the editor of one board while it is subscribed. Emits the function that draws it, at once and at every change.
 */
export function runEditor(prefix: string, options: EditorOptions): Observable<DrawCircuit> {
  return new Observable((observer) => {
    const mayRead$ = options.identity$.pipe(
      map((identity) => mayRead(identity, prefix + CURRENT_TOPIC)),
      distinctUntilChanged(),
    );
    const store = createCircuitStore(options.bus, prefix, { ...options, mayRead$ });
    const editor = new Editor(EMPTY_CIRCUIT);
    const bench$ = options.board$.pipe(
      filter((board) => board.prefix === prefix),
      map(({ bench }) => bench),
    );
    const analysis$ = watchAnalysis(editor.state$, bench$);
    const running = new Subscription();
    running.add(keepOnHub(editor, store, { prefix, options }));
    running.add(whileShown(options, pinsDriven(analysis$, { prefix, options })));
    running.add(options.code$.subscribe((code) => void openShared(code, editor)));
    running.add(whileShown(options, undoKeyed(editor)));
    running.add(soundOf(editor, analysis$).subscribe());
    running.add(drawingOf(editor, store, { analysis$, refused: options.refused }).subscribe(observer));
    return running;
  });
}

interface Sources {
  readonly analysis$: Observable<Analysis>;
  readonly refused: (error: unknown) => void;
}

function drawingOf(
  editor: Editor,
  store: CircuitStore,
  { analysis$, refused }: Sources,
): Observable<DrawCircuit> {
  const shelf = createShelf(editor, store, refused);
  const parts$ = combineLatest({
    state: editor.state$,
    analysis: analysis$,
    saved: store.saved$.pipe(startWith(new Map())),
    link: watchLink(editor.state$, location),
  });
  return parts$.pipe(
    map((parts) => {
      const circuit = parts.state.history.present;
      return (scene) =>
        circuitView({ ...parts, scene, editor, shelf, circuit, words: circuitWords[scene.words.language] });
    }),
  );
}

interface OnBoard {
  readonly prefix: string;
  readonly options: EditorOptions;
}

function keepOnHub(editor: Editor, store: CircuitStore, { prefix, options }: OnBoard): Subscription {
  const mayWire$ = new BehaviorSubject(false);
  const running = options.mayPublish$(prefix + CURRENT_TOPIC).subscribe(mayWire$);
  running.add(keepWired(editor, store, { mayWire: () => mayWire$.value, refused: options.refused }));
  return running;
}

function whileShown({ isShown$ }: EditorOptions, work$: Observable<unknown>): Subscription {
  return isShown$.pipe(switchMap((isShown) => (isShown ? work$ : EMPTY))).subscribe();
}

/** Puts the circuit's levels on the pins that are inputs, if the user may do so. */
function pinsDriven(analysis$: Observable<Analysis>, { prefix, options }: OnBoard): Observable<unknown> {
  const { bus, hold, refused } = options;
  const driven$ = new Observable(() => drivePins(analysis$, { bus, hold, prefix, onError: refused }));
  return options
    .mayPublish$(`${prefix}board/gpio/17/level`)
    .pipe(switchMap((may) => (may ? driven$ : EMPTY)));
}

function undoKeyed(editor: Editor): Observable<unknown> {
  return fromEvent<KeyboardEvent>(window, 'keydown').pipe(tap(undoKeys(editor)));
}

async function openShared(code: string, editor: Editor): Promise<void> {
  const read = await readShareCode(code);
  if (!read.ok) return editor.tell(({ wording }) => wording.badLink);
  const { circuit } = read;
  editor.open(circuit, (words) => words.wording.opened(circuitName(circuit, words)));
}

function soundOf(editor: Editor, analysis$: Observable<Analysis>): Observable<never> {
  const tones$ = analysis$.pipe(map(tonesOf));
  return editor.state$.pipe(
    map(({ isSounding }) => isSounding),
    distinctUntilChanged(),
    switchMap((isSounding) => (isSounding ? playTones(tones$) : EMPTY)),
  );
}

function tonesOf({ readings }: Analysis): readonly number[] {
  return [...readings.values()].flatMap((reading) =>
    reading.is === 'tone' && reading.frequencyHz > 0 ? [reading.frequencyHz] : [],
  );
}
