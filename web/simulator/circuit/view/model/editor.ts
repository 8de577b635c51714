import { BehaviorSubject, distinctUntilChanged, map, type Observable } from 'rxjs';
import { type Circuit, EMPTY_CIRCUIT, type WireColor } from '../../circuit.ts';
import { type Edited, type Refusal, removePart, removeWire } from '../../edit.ts';
import { record, redo, startHistory, undo } from '../../undo.ts';
import { partName, terminalName } from './names.ts';
import { refusalText } from './refusal.ts';
import { type EditorState, type Gesture, type Panel, startState, type Told } from './state.ts';

/** A change of a circuit, or why it cannot be. */
export type Edit = (circuit: Circuit) => Edited;

/** The editor: one state, and the ways to change it. Views draw the state and call these. */
export class Editor {
  readonly #state$: BehaviorSubject<EditorState>;

  constructor(circuit: Circuit) {
    this.#state$ = new BehaviorSubject(startState(circuit));
  }

  get state$(): Observable<EditorState> {
    return this.#state$;
  }

  get state(): EditorState {
    return this.#state$.value;
  }

  get circuit(): Circuit {
    return this.state.history.present;
  }

  /** The circuit, at once and at every change. */
  get circuit$(): Observable<Circuit> {
    return this.#state$.pipe(
      map(({ history }) => history.present),
      distinctUntilChanged(),
    );
  }

  /** Edits the circuit, says what came of it, and selects what was added or changed. Returns whether it could be. */
  edit(edit: Edit, told: (id: string) => Told): boolean {
    const edited = edit(this.circuit);
    if (!edited.ok) {
      this.tell(refusalTold(edited.refusal));
      return false;
    }
    const history = record(this.state.history, edited.circuit);
    this.#change({ history, selected: edited.id || this.state.selected, told: told(edited.id) });
    return true;
  }

  /** Whether an edit could be, without doing it. */
  try(edit: Edit): Edited {
    return edit(this.circuit);
  }

  remove(id: string): void {
    const { parts, wires } = this.circuit;
    const part = parts.find((each) => each.id === id);
    const wire = wires.find((each) => each.id === id);
    const before = this.circuit;
    if (part) {
      this.edit(
        (circuit) => removePart(circuit, id),
        () => (words) => words.wording.removed(partName(part, words)),
      );
    } else if (wire) {
      this.edit(
        (circuit) => removeWire(circuit, id),
        () => (words) =>
          words.wording.wireRemoved(
            terminalName(wire.from, before, words),
            terminalName(wire.to, before, words),
          ),
      );
    }
    this.select(undefined);
  }

  undo(): void {
    this.#change({ history: undo(this.state.history), told: ({ wording }) => wording.undone });
  }

  redo(): void {
    this.#change({ history: redo(this.state.history), told: ({ wording }) => wording.redone });
  }

  /** Another circuit takes the place of this one; undo leads back. */
  open(circuit: Circuit, told: Told): void {
    const history = record(this.state.history, circuit);
    this.#change({ history, selected: undefined, gesture: undefined, hands: new Map(), panel: 'none', told });
  }

  /** Somebody else has changed the circuit. The first one that comes is where undoing ends. */
  follow(circuit: Circuit): void {
    const { history } = this.state;
    const isFirst = history.present === EMPTY_CIRCUIT && history.past.length === 0;
    this.#change({ history: isFirst ? startHistory(circuit) : record(history, circuit), gesture: undefined });
  }

  select(id: string | undefined): void {
    if (id !== this.state.selected) this.#change({ selected: id });
  }

  gesture(gesture: Gesture | undefined): void {
    this.#change({ gesture });
  }

  /** A hand presses a part (1) or turns it (0–1), or lets it go. */
  hand(id: string, amount: number | undefined): void {
    const hands = new Map(this.state.hands);
    if (amount === undefined) hands.delete(id);
    else hands.set(id, amount);
    this.#change({ hands });
  }

  tell(told: Told | undefined): void {
    this.#change({ told });
  }

  color(color: WireColor): void {
    this.#change({ color });
  }

  zoom(zoom: number): void {
    this.#change({ zoom });
  }

  sound(isSounding: boolean): void {
    this.#change({ isSounding });
  }

  /** Opens a panel, or closes it if it is open. */
  toggle(panel: Panel): void {
    this.#change({ panel: this.state.panel === panel ? 'none' : panel });
  }

  #change(change: Partial<EditorState>): void {
    this.#state$.next({ ...this.state, ...change });
  }
}

function refusalTold(refusal: Refusal): Told {
  return (words) => refusalText(refusal, words);
}
