import { BehaviorSubject, distinctUntilChanged, map, type Observable } from 'rxjs';
import { type Circuit, EMPTY_CIRCUIT, type WireColor } from '../../circuit.ts';
import { type Edited, type Refusal, removePart, removeWire } from '../../edit.ts';
import { record, redo, startHistory, undo } from '../../undo.ts';
import { partName, terminalName } from './names.ts';
import { refusalText } from './refusal.ts';
import { type EditorState, type Gesture, type Panel, startState, type Told } from './state.ts';

/** Changes a circuit, or returns the reason why it cannot. */
export type Edit = (circuit: Circuit) => Edited;

/** The editor: one state, and the methods that change it. Views draw the state and call the methods. */
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

  /**
   * Edits the circuit, reports the result, and selects the added or changed item. Returns whether the edit succeeded.
   */
  edit(edit: Edit, told: (id: string) => Told): boolean {
    const edited = edit(this.circuit);
    if (!edited.ok) {
      this.tell(refusalTold(edited.refusal, this.circuit));
      return false;
    }
    const history = record(this.state.history, edited.circuit);
    this.#change({ history, selected: edited.id || this.state.selected, told: told(edited.id) });
    return true;
  }

  /** The result of an edit, without applying it. */
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

  /** Replaces the circuit; undo restores the previous one. */
  open(circuit: Circuit, told: Told): void {
    const history = record(this.state.history, circuit);
    this.#change({ history, selected: undefined, gesture: undefined, hands: new Map(), panel: 'none', told });
  }

  /** Applies somebody else's change of the circuit. If it is the first circuit, undo ends there. */
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

  /** Presses a part (1) or turns it (0–1), or releases it. */
  hand(id: string, amount: number | undefined): void {
    const hands = new Map(this.state.hands);
    if (amount === undefined) hands.delete(id);
    else hands.set(id, amount);
    this.#change({ hands });
  }

  tell(told: Told | undefined): void {
    this.#change({ told });
  }

  color(color: WireColor | undefined): void {
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

function refusalTold(refusal: Refusal, circuit: Circuit): Told {
  return (words) => refusalText(refusal, circuit, words);
}
