import { type CircuitStore, isSaveName } from '../../circuit-store.ts';
import type { Editor } from './editor.ts';

/** The functions of the store that save circuits by name. */
export interface Shelf {
  save(): void;
  remove(name: string): void;
}

/** Saves circuits on the hub and reports the result. */
export function createShelf(
  editor: Editor,
  store: Pick<CircuitStore, 'save' | 'remove'>,
  refused: (error: unknown) => void,
): Shelf {
  return {
    save() {
      const { circuit } = editor;
      const { name } = circuit;
      if (!isSaveName(name)) return editor.tell(({ wording }) => wording.badName(name));
      store.save(circuit).then(() => editor.tell(({ wording }) => wording.saved(name)), refused);
    },
    remove(name) {
      store.remove(name).then(() => editor.tell(({ wording }) => wording.forgotten(name)), refused);
    },
  };
}
