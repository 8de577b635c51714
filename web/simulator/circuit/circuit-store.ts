import { asyncScheduler, EMPTY, map, NEVER, type Observable, of, scan, switchMap } from 'rxjs';
import type { Bus } from '../../../hub/core/index.ts';
import { askAgain } from '../../shared/ask-again.ts';
import { type ConfirmOptions, keepConfirmed, textChange } from '../../shared/confirm.ts';
import type { Circuit } from './circuit.ts';
import { type ReadCircuit, readCircuit, writeCircuit } from './circuit-json.ts';

/** The circuits of one board, retained by the hub. */
export interface CircuitStore {
  /** The circuit that the board is wired to, at once and at every change, whoever made it; `undefined` if there is none, or none has arrived yet. */
  readonly current$: Observable<ReadCircuit | undefined>;
  /** The saved circuits, by name, at once and at every change. */
  readonly saved$: Observable<ReadonlyMap<string, ReadCircuit>>;
  /** Wires the board to a circuit. Rejects like `Bus.publish`. */
  wire(circuit: Circuit): Promise<void>;
  /** Removes all parts and wires from the board. */
  clear(): Promise<void>;
  /** Saves a circuit under its name, which must pass `isSaveName`, and replaces any other of that name. */
  save(circuit: Circuit): Promise<void>;
  /** Deletes the circuit saved under a name. */
  remove(name: string): Promise<void>;
}

/** The topic of the circuit that a board is wired to, after the board's prefix (`''`, or `lab/`). */
export const CURRENT_TOPIC = 'board/circuit';

/** The topics of the saved circuits: the name is the last level. */
export const SAVED_TOPICS = 'board/circuits';

/** Levels with a special meaning at the end of a topic. */
const RESERVED = ['actual', 'status', 'info', 'error'];

/** Whether a circuit can be saved under a name, which becomes a topic level. */
export function isSaveName(name: string): boolean {
  const isLevel = name !== '' && name === name.trim() && !/[/+#\p{Cc}]/u.test(name) && name.isWellFormed();
  return isLevel && !RESERVED.includes(name);
}

export interface CircuitStoreOptions extends Partial<ConfirmOptions> {
  /** Whether the user may read the board's topics; while they may not, the hub is not asked for any. Default: they may. */
  readonly mayRead$?: Observable<boolean>;
}

/** The circuits of the board behind a prefix (`''`, or `lab/`). */
export function createCircuitStore(
  bus: Bus,
  prefix: string,
  options: CircuitStoreOptions = {},
): CircuitStore {
  const current = `${prefix}${CURRENT_TOPIC}`;
  const saved = `${prefix}${SAVED_TOPICS}/`;
  const publish = (topic: string, text: string) => bus.publish(topic, text, { retain: true });
  return {
    current$: watchTexts(bus, current, options).pipe(map((circuits) => circuits.get(current))),
    saved$: watchTexts(bus, `${saved}+`, options).pipe(
      map((circuits) => new Map([...circuits].map(([topic, read]) => [topic.slice(saved.length), read]))),
    ),
    wire: (circuit) => publish(current, writeCircuit(circuit)),
    clear: () => publish(current, ''),
    save: (circuit) => publish(saved + circuit.name, writeCircuit(circuit)),
    remove: (name) => publish(saved + name, ''),
  };
}

/** The parsed retained messages, by topic. An unchanged text is parsed only once. */
function watchTexts(
  bus: Bus,
  filter: string,
  options: CircuitStoreOptions,
): Observable<ReadonlyMap<string, ReadCircuit>> {
  const { hubBack$ = NEVER, mayRead$ = of(true), scheduler = asyncScheduler } = options;
  const texts$ = bus.messages(filter).pipe(
    askAgain(hubBack$, () => undefined),
    map(textChange),
  );
  const changes$ = mayRead$.pipe(switchMap((mayRead) => (mayRead ? texts$ : EMPTY)));
  return keepConfirmed(changes$, { ...options, scheduler }).pipe(
    scan(readNew, new Map()),
    map((known) => new Map([...known].map(([topic, { read }]) => [topic, read]))),
  );
}

type KnownTexts = ReadonlyMap<string, { readonly text: string; readonly read: ReadCircuit }>;

function readNew(known: KnownTexts, texts: ReadonlyMap<string, string>): KnownTexts {
  return new Map(
    [...texts].map(([topic, text]) => {
      const before = known.get(topic);
      return [topic, before?.text === text ? before : { text, read: readCircuit(text) }];
    }),
  );
}
