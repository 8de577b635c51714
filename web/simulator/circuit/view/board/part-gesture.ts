import type { Point } from '../../../bench/geometry.ts';
import type { Part, Place } from '../../circuit.ts';
import { addPart, changePart } from '../../edit.ts';
import { firstPlace } from '../model/first-place.ts';
import { partName, placeName } from '../model/names.ts';
import type { Gesture, Told } from '../model/state.ts';
import type { Stage } from '../stage.ts';
import { cornerOf, placeNear } from './place.ts';
import { pointIn } from './pointer.ts';

type PartGesture = Gesture & { is: 'part' };
type Editor = Stage['editor'];

/** An entry of the palette. */
export interface Offer {
  readonly kind: string;
  readonly variant: string;
}

interface PartHandlers {
  readonly down: (event: PointerEvent) => void;
  readonly move: (event: PointerEvent) => void;
  readonly up: (event: PointerEvent) => void;
  readonly cancel: () => void;
}

/** Moves a part of the circuit. */
export function gripHandlers(part: Part, { editor }: Stage): PartHandlers {
  return {
    ...handlers(editor, () => {}),
    down(event) {
      const point = event.button === 0 ? pointIn(event, editor.circuit) : undefined;
      if (!point) return;
      const corner = cornerOf(part.place);
      const offset = { x: corner.x - point.x, y: corner.y - point.y };
      editor.select(part.id);
      begin(event, editor, { ...part, is: 'part', offset, fits: true });
    },
  };
}

/**
 * Adds a new part: dragging puts it where it is dropped, tapping puts it in the first free place. As long as the pointer has not left the palette, it
 * scrolls the palette.
 */
export function offerHandlers(offer: Offer, stage: Stage): PartHandlers {
  const { editor } = stage;
  const carry = handlers(editor, () => addFirst(offer, stage));
  return {
    ...carry,
    move: (event) => pushPalette(event, editor) || carry.move(event),
    down(event) {
      if (event.button !== 0) return;
      const offset: Point = { x: 0, y: 0 };
      begin(event, editor, {
        ...offer,
        is: 'part',
        id: undefined,
        turn: 0,
        offset,
        place: undefined,
        fits: false,
        push: { x: event.clientX, length: 0 },
      });
    },
  };
}

function handlers(editor: Editor, tapped: () => void): Omit<PartHandlers, 'down'> {
  return {
    move(event) {
      const gesture = gestureOf(editor);
      if (gesture) follow(gesture, pointIn(event, editor.circuit), editor);
    },
    up(event) {
      const gesture = gestureOf(editor);
      if (!gesture) return;
      editor.gesture(undefined);
      if (gesture.place) drop(gesture, gesture.place, editor);
      else if (isWithin(event, event.currentTarget) && isTap(gesture)) tapped();
    },
    cancel: () => editor.gesture(undefined),
  };
}

/** Scrolls the palette with the pointer, if that is still within it. Returns whether it is. */
function pushPalette(event: PointerEvent, editor: Editor): boolean {
  const gesture = gestureOf(editor);
  const { currentTarget, clientX } = event;
  const palette = currentTarget instanceof Element ? currentTarget.closest('.palette') : null;
  if (!palette || !gesture?.push || !isWithin(event, palette)) return false;
  const { x, length } = gesture.push;
  palette.scrollLeft -= clientX - x;
  const push = { x: clientX, length: length + Math.abs(clientX - x) };
  editor.gesture({ ...gesture, place: undefined, push });
  return true;
}

/** A finger that taps may slide a little, pixels. */
const TAP_PX = 10;

function isTap({ push }: PartGesture): boolean {
  return push !== undefined && push.length <= TAP_PX;
}

/** Whether a pointer is within an element. */
function isWithin({ clientX, clientY }: PointerEvent, element: EventTarget | null): boolean {
  if (!(element instanceof Element)) return false;
  const { left, right, top, bottom } = element.getBoundingClientRect();
  return clientX >= left && clientX <= right && clientY >= top && clientY <= bottom;
}

function gestureOf({ state: { gesture } }: Editor): PartGesture | undefined {
  return gesture?.is === 'part' ? gesture : undefined;
}

function begin(event: PointerEvent, editor: Editor, gesture: PartGesture): void {
  if (event.currentTarget instanceof Element) event.currentTarget.setPointerCapture(event.pointerId);
  editor.gesture(gesture);
}

function follow(gesture: PartGesture, point: Point | undefined, editor: Editor): void {
  const { kind, offset } = gesture;
  const place = point && placeNear(kind, { x: point.x + offset.x, y: point.y + offset.y });
  editor.gesture({ ...gesture, place, fits: place !== undefined && fitsAt(gesture, place, editor) });
}

function fitsAt({ id, kind, variant, turn }: PartGesture, place: Place, editor: Editor): boolean {
  return editor.try((circuit) =>
    id === undefined ? addPart(circuit, { kind, variant, turn, place }) : changePart(circuit, id, { place }),
  ).ok;
}

function drop({ id, kind, variant }: PartGesture, place: Place, editor: Editor): void {
  if (id === undefined) add({ kind, variant }, place, editor);
  else movePart(id, place, editor);
}

/** Moves a part and reports it; a move to its current place does nothing. */
export function movePart(id: string, place: Place, editor: Editor): void {
  const before = editor.circuit.parts.find((part) => part.id === id)?.place;
  if (JSON.stringify(before) === JSON.stringify(place)) return;
  editor.edit(
    (circuit) => changePart(circuit, id, { place }),
    () => sayWithPlace(id, editor, 'moved'),
  );
}

function add({ kind, variant }: Offer, place: Place, editor: Editor): void {
  editor.edit(
    (circuit) => addPart(circuit, { kind, variant, place }),
    (id) => sayWithPlace(id, editor, 'added'),
  );
}

/** Adds a new part in the first free place. */
export function addFirst({ kind, variant }: Offer, { editor }: Stage): void {
  const place = firstPlace(kind, variant, editor.circuit);
  if (place) add({ kind, variant }, place, editor);
  else editor.tell(({ wording }) => wording.noRoom);
}

function sayWithPlace(id: string, editor: Editor, what: 'moved' | 'added'): Told {
  return (words) => {
    const part = editor.circuit.parts.find((each) => each.id === id);
    if (!part) return '';
    const { wording } = words;
    const say = what === 'moved' ? wording.moved : wording.added;
    return say(partName(part, words), placeName(part, words));
  };
}
