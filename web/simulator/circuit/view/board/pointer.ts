import type { Point } from '../../../bench/geometry.ts';
import type { Circuit } from '../../circuit.ts';
import { pictureSize } from './place.ts';

/** The position of a pointer in the picture; `undefined` if it is not over a visible part of the picture. */
export function pointIn(
  event: PointerEvent | MouseEvent,
  circuit: Pick<Circuit, 'parts'>,
): Point | undefined {
  const picture = pictureOf(event);
  if (!picture || !isOver(event, picture)) return undefined;
  const { left, top, width, height } = picture.getBoundingClientRect();
  const size = pictureSize(circuit);
  return {
    x: ((event.clientX - left) / width) * size.width,
    y: ((event.clientY - top) / height) * size.height,
  };
}

/** The picture is larger than what is shown of it, and panels may lie above it. */
function isOver({ clientX, clientY }: MouseEvent, picture: Element): boolean {
  return picture.contains(document.elementFromPoint(clientX, clientY));
}

function pictureOf({ currentTarget }: Event): Element | null {
  if (!(currentTarget instanceof Element)) return null;
  return currentTarget.closest('.own-circuit')?.querySelector('.own-picture') ?? null;
}
