import { Subscription } from 'rxjs';
import { toHubError } from '../../../../../hub/core/index.ts';
import { writeCircuit } from '../../circuit-json.ts';
import type { CircuitStore } from '../../circuit-store.ts';
import type { Editor } from './editor.ts';

export interface KeepWiredOptions {
  /** Whether one may wire the board. */
  readonly mayWire: () => boolean;
  /** Hears why the hub did not take a circuit. */
  readonly refused: (error: unknown) => void;
}

/**
 * Keeps what an editor shows and what its board is wired to the same, until it is unsubscribed. Circuits of our own come back from the hub: they
 * are no news. Whoever may not wire the board follows it until they change their copy.
 */
export function keepWired(
  editor: Editor,
  store: Pick<CircuitStore, 'current$' | 'wire'>,
  { mayWire, refused }: KeepWiredOptions,
): Subscription {
  /** Texts under way to the hub and back, in the order in which they were sent. */
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
      // The page may have been quicker than the news of what one may do.
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
      if (read?.ok && hear(writeCircuit(read.circuit))) editor.follow(read.circuit);
    }),
  );
  return running;
}
