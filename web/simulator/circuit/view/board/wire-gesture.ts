import { occupants } from '../../circuit.ts';
import { addWire } from '../../edit.ts';
import { type Terminal, terminalText } from '../../terminal.ts';
import { wireColorFor } from '../../wire-color.ts';
import { terminalName } from '../model/names.ts';
import type { Gesture } from '../model/state.ts';
import type { Stage } from '../stage.ts';
import { pointOf, terminalAt } from './place.ts';
import { pointIn } from './pointer.ts';

/** The distance from the starting terminal at which a drag becomes a wire, in the picture's pixels. */
const LEAST_PULL = 10;

interface WireHandlers {
  readonly down: (event: PointerEvent) => void;
  readonly move: (event: PointerEvent) => void;
  readonly up: (event: PointerEvent) => void;
  readonly click: (event: MouseEvent) => void;
  readonly cancel: () => unknown;
  /** Prevents scrolling while a finger draws a wire. */
  readonly touch: AddEventListenerOptions & { handleEvent(event: Event): void };
}

/** Draws wires: by dragging from one terminal to another, or by tapping both. */
export function wireHandlers(stage: Stage): WireHandlers {
  const { editor } = stage;
  const wire = () => wireOf(editor.state.gesture);
  return {
    down: (event) => begin(event, stage),
    move: (event) => pull(event, stage),
    up(event) {
      const now = wire();
      const point = pointIn(event, editor.circuit);
      if (now?.at) finish(now, point && terminalAt(editor.circuit, point), stage);
    },
    click: (event) => tap(event, stage),
    cancel: () => wire()?.isTapped === false && editor.gesture(undefined),
    touch: {
      passive: false,
      handleEvent: (event) => wire()?.isTapped === false && event.cancelable && event.preventDefault(),
    },
  };
}

function wireOf(gesture: Gesture | undefined): (Gesture & { is: 'wire' }) | undefined {
  return gesture?.is === 'wire' ? gesture : undefined;
}

function begin(event: PointerEvent, { editor }: Stage): void {
  if (event.button !== 0 || editor.state.gesture || isOnWire(event)) return;
  const point = pointIn(event, editor.circuit);
  const from = point && terminalAt(editor.circuit, point);
  if (!from) return;
  const taken = occupants(editor.circuit).get(terminalText(from));
  if (taken) editor.select(taken.is === 'wire' ? taken.wire.id : taken.part.id);
  else editor.gesture({ is: 'wire', from, at: undefined, to: undefined, isTapped: false });
}

/** Wires lie above holes, so pointing at one selects the wire and not the hole. */
function isOnWire({ target }: Event): boolean {
  return target instanceof Element && target.closest('.own-wire') !== null;
}

function pull(event: PointerEvent, { editor }: Stage): void {
  const gesture = wireOf(editor.state.gesture);
  const at = pointIn(event, editor.circuit);
  if (!gesture || !at) return;
  const start = pointOf(editor.circuit, gesture.from);
  const isPulled = start && Math.hypot(at.x - start.x, at.y - start.y) > LEAST_PULL;
  if (!gesture.isTapped && !gesture.at && !isPulled) return;
  if (!gesture.isTapped && event.currentTarget instanceof Element)
    event.currentTarget.setPointerCapture(event.pointerId);
  editor.gesture({ ...gesture, at, to: terminalAt(editor.circuit, at) });
}

/** The first tap starts a wire, the next one ends it. */
function tap(event: MouseEvent, stage: Stage): void {
  const { editor } = stage;
  const gesture = wireOf(editor.state.gesture);
  if (!gesture) return;
  if (!gesture.isTapped) {
    editor.gesture({ ...gesture, isTapped: true });
    editor.tell((words) => words.wording.wireFrom(terminalName(gesture.from, editor.circuit, words)));
    return;
  }
  const point = pointIn(event, editor.circuit);
  finish(gesture, point && terminalAt(editor.circuit, point), stage);
}

function finish({ from }: Gesture & { is: 'wire' }, to: Terminal | undefined, { editor }: Stage): void {
  editor.gesture(undefined);
  if (!to || terminalText(to) === terminalText(from)) editor.tell(({ wording }) => wording.wireLeft);
  else layWire({ from, to }, editor);
}

/** Adds a wire, in the selected color or in that of its kind. Returns whether it could be added. */
export function layWire({ from, to }: { from: Terminal; to: Terminal }, editor: Stage['editor']): boolean {
  const { color } = editor.state;
  return editor.edit(
    (circuit) => addWire(circuit, { from, to, color: color ?? wireColorFor(circuit, { from, to }) }),
    () => (words) =>
      words.wording.wireAdded(
        terminalName(from, editor.circuit, words),
        terminalName(to, editor.circuit, words),
      ),
  );
}
