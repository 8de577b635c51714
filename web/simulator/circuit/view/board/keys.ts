import { kindOfPart, type Part, type Place } from '../../circuit.ts';
import { changePart } from '../../edit.ts';
import { partName } from '../model/names.ts';
import type { Stage } from '../stage.ts';
import { movePart } from './part-gesture.ts';
import { nextPlace } from './place.ts';

type Editor = Stage['editor'];

interface Direction {
  readonly right: number;
  readonly down: number;
}

const DIRECTIONS: Readonly<Record<string, Direction>> = {
  ArrowLeft: { right: -1, down: 0 },
  ArrowRight: { right: 1, down: 0 },
  ArrowUp: { right: 0, down: -1 },
  ArrowDown: { right: 0, down: 1 },
};

/** The keys on a part: arrows move it, R turns it, Delete removes it. */
export function gripKeys(part: Part, { editor }: Stage): (event: KeyboardEvent) => void {
  return (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const direction = DIRECTIONS[event.key];
    if (direction) moveBy(part, direction, editor);
    else if (event.key.toLowerCase() === 'r') turnPart(part, editor);
    else if (event.key === 'Delete' || event.key === 'Backspace') removeFocused(event, part, editor);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
}

/** The keys on the picture: Escape cancels the gesture, Delete removes the selected wire. */
export function pictureKeys({ editor }: Stage): (event: KeyboardEvent) => void {
  return (event) => {
    const { gesture, selected } = editor.state;
    if (event.key === 'Escape' && gesture) {
      editor.gesture(undefined);
      editor.tell(({ wording }) => wording.wireLeft);
    } else if (event.key === 'Delete' && selected?.startsWith('wire')) editor.remove(selected);
  };
}

/** Skips occupied places; if nothing is free up to the edge, the editor reports the obstacle. */
function moveBy({ id, kind, place }: Part, direction: Direction, editor: Editor): void {
  const way = placesOnWay(kind, place, direction);
  const free = way.find((next) => editor.try((circuit) => changePart(circuit, id, { place: next })).ok);
  const next = free ?? way[0];
  if (next) movePart(id, next, editor);
}

/** The places between this one and the edge, in order. */
function placesOnWay(kind: string, place: Place, direction: Direction): readonly Place[] {
  const next = nextPlace(kind, place, direction);
  const isEdge = JSON.stringify(next) === JSON.stringify(place);
  return isEdge ? [] : [next, ...placesOnWay(kind, next, direction)];
}

/** Turns a part to the next position that its kind allows. */
export function turnPart(part: Part, editor: Editor): void {
  const { turns } = kindOfPart(part);
  const turn = turns[(turns.indexOf(part.turn) + 1) % turns.length];
  if (turn === undefined || turn === part.turn) return;
  editor.edit(
    (circuit) => changePart(circuit, part.id, { turn }),
    () => (words) => words.wording.turned(partName(part, words)),
  );
}

/** Removes the part and moves the focus to the picture, because the focused element is gone. */
function removeFocused({ currentTarget }: KeyboardEvent, { id }: Part, editor: Editor): void {
  const picture = currentTarget instanceof Element ? currentTarget.closest('.own-bench') : null;
  editor.remove(id);
  if (picture instanceof HTMLElement) picture.focus();
}

/** Ctrl+Z undoes, Ctrl+Shift+Z and Ctrl+Y redo, wherever the focus is, except in a text input, which has its own undo. */
export function undoKeys(editor: Editor): (event: KeyboardEvent) => void {
  return (event) => {
    const isText = event.target instanceof HTMLInputElement && event.target.type !== 'range';
    if (!(event.ctrlKey || event.metaKey) || event.altKey || isText) return;
    const key = event.key.toLowerCase();
    if (key === 'y' || (key === 'z' && event.shiftKey)) editor.redo();
    else if (key === 'z') editor.undo();
    else return;
    event.preventDefault();
  };
}
