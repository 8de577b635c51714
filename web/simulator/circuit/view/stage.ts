import type { CircuitScene } from '../../own-circuit.ts';
import type { Analysis } from '../analysis.ts';
import type { Circuit, Part } from '../circuit.ts';
import type { ReadCircuit } from '../circuit-json.ts';
import type { Editor } from './model/editor.ts';
import { gpioOfPart } from './model/part-gpio.ts';
import type { Shelf } from './model/shelf.ts';
import type { EditorState } from './model/state.ts';
import type { CircuitWords } from './words.ts';

/** The data from which the editor's views are drawn. */
export interface Stage {
  readonly scene: CircuitScene;
  readonly words: CircuitWords;
  readonly state: EditorState;
  readonly editor: Editor;
  readonly shelf: Shelf;
  /** The saved circuits, by name. */
  readonly saved: ReadonlyMap<string, ReadCircuit>;
  /** The link to the circuit; empty until it is ready. */
  readonly link: string;
  readonly circuit: Circuit;
  readonly analysis: Analysis;
}

/** The selected part, if there is one. */
export function selectedPart({ circuit, state }: Pick<Stage, 'circuit' | 'state'>): Part | undefined {
  return circuit.parts.find(({ id }) => id === state.selected);
}

/** Selects a part, and puts the first probe of the oscilloscope on its pin. */
export function choosePart({ id }: Part, { editor, circuit, analysis, scene }: Stage): void {
  editor.select(id);
  const gpio = gpioOfPart(circuit, analysis.netlist, id);
  if (gpio !== undefined) scene.actions.choose({ gpio });
}
