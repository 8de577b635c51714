import { Subscription } from 'rxjs';
import { toHubError } from '../../../../../hub/core/index.ts';
import { writeCircuit } from '../../circuit-json.ts';
import type { CircuitStore } from '../../circuit-store.ts';
import type { Editor } from './editor.ts';

export interface KeepWiredOptions {
  /** Whether the user may wire the board. */
  readonly mayWire: () => boolean;
  /** Called with the error if the hub refuses a circuit. */
  readonly refused: (error: unknown) => void;
}

/**
 * Keeps the editor's circuit and the board's circuit the same, until it is unsubscribed. It ignores its own circuits when the hub sends them back, and says
 * that it cannot read another, such as one that was handed out. A user who may not wire the board follows it until they change their copy.
 */
export function keepWired(
  editor: Editor,
  store: Pick<CircuitStore, 'current$' | 'wire'>,
  { mayWire, refused }: KeepWiredOptions,
): Subscription {
  /** Circuits on their way to the hub and back, as texts, in the order in which they were sent. */
  const sent: string[] = [];
  let known = writeCircuit(editor.circuit);
  let isOwnCopy = false;

  const hear = (text: string): boolean => {
    const echo = sent.indexOf(text);
    sent.splice(0, echo + 1);
    const isNews = echo < 0 && sent.length === 0 && !isOwnCopy && text !== known;
    if (isNews) known = text;
    return isNews;
  };
  const send = (text: string) => {
    known = text;
    isOwnCopy = !mayWire();
    if (isOwnCopy) return;
    sent.push(text);
    store.wire(editor.circuit).catch((error) => {
      sent.splice(0, sent.indexOf(text) + 1);
      // The edit may have happened before the page knew that the user may not wire the board.
      isOwnCopy ||= toHubError(error).code === 'auth/denied';
      refused(error);
    });
  };

  const running = new Subscription();
  running.add(
    editor.circuit$.subscribe((circuit) => {
      const text = writeCircuit(circuit);
      if (text !== known) send(text);
    }),
  );
  running.add(
    store.current$.subscribe((read) => {
      if (read?.ok === false) editor.tell(({ wording }) => wording.badBoard);
      else if (read && hear(writeCircuit(read.circuit))) editor.follow(read.circuit);
    }),
  );
  return running;
}
