import { Subject } from 'rxjs';
import { beforeEach, describe, expect, it } from 'vitest';
import { type Circuit, EMPTY_CIRCUIT } from '../../../../../web/simulator/circuit/circuit.ts';
import {
  type ReadCircuit,
  readCircuit,
  writeCircuit,
} from '../../../../../web/simulator/circuit/circuit-json.ts';
import { rename } from '../../../../../web/simulator/circuit/edit.ts';
import { Editor } from '../../../../../web/simulator/circuit/view/model/editor.ts';
import { keepWired } from '../../../../../web/simulator/circuit/view/model/keep-wired.ts';
import { circuitWords } from '../../../../../web/simulator/circuit/view/words.ts';

const named = (name: string): Circuit => ({ ...EMPTY_CIRCUIT, name });

describe('an editor and the circuit that its board is wired to', () => {
  let editor: Editor;
  let current$: Subject<ReadCircuit | undefined>;
  let wired: Circuit[];
  let refusals: unknown[];
  const hubSays = (circuit: Circuit) => current$.next(readCircuit(writeCircuit(circuit)));
  const call = (name: string) =>
    editor.edit(
      (circuit) => rename(circuit, name),
      () => () => '',
    );
  const start = (mayWire: boolean, wire: (circuit: Circuit) => Promise<void> = async () => {}) =>
    keepWired(
      editor,
      {
        current$,
        wire(circuit) {
          wired.push(circuit);
          return wire(circuit);
        },
      },
      { mayWire: () => mayWire, refused: (error) => refusals.push(error) },
    );

  beforeEach(() => {
    editor = new Editor(EMPTY_CIRCUIT);
    current$ = new Subject();
    wired = [];
    refusals = [];
  });

  it('are the same, whoever changes one; what the hub had first cannot be undone', () => {
    start(true);
    hubSays(named('theirs'));
    expect(editor.circuit.name).toBe('theirs');
    editor.undo();
    call('ours');
    expect(wired.map(({ name }) => name)).toEqual(['ours']);
    hubSays(named('ours'));
    hubSays(named('theirs again'));
    expect(editor.circuit.name).toBe('theirs again');
    expect(wired).toHaveLength(1);
  });

  it('do not go back while changes of our own are on their way', () => {
    start(true);
    call('one');
    call('two');
    hubSays(named('one'));
    hubSays(named('somebody’s between'));
    expect(editor.circuit.name).toBe('two');
    hubSays(named('two'));
    hubSays(named('later'));
    expect(editor.circuit.name).toBe('later');
  });

  it('stay apart while the board has a circuit that cannot be read: the editor keeps its own, and says so', () => {
    start(true);
    hubSays(named('ours'));
    current$.next(readCircuit('{"version":1,"parts":{"x":1},"wires":{}}'));
    const told = editor.state.told?.(circuitWords.en);
    expect([editor.circuit.name, wired, told]).toEqual(['ours', [], circuitWords.en.wording.badBoard]);
  });

  it('part when one may not wire the board: the copy is one’s own', () => {
    start(false);
    hubSays(named('theirs'));
    call('mine');
    hubSays(named('theirs again'));
    expect([editor.circuit.name, wired]).toEqual(['mine', []]);
  });

  it('follow the hub again once it has refused a change, and say why', async () => {
    const error = new Error('no');
    start(true, () => Promise.reject(error));
    call('mine');
    await Promise.resolve();
    await Promise.resolve();
    hubSays(named('theirs'));
    expect([editor.circuit.name, refusals]).toEqual(['theirs', [error]]);
  });
});
