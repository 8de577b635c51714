import type { Point } from '../../../bench/geometry.ts';
import type { Circuit } from '../../circuit.ts';
import { pictureSize } from './place.ts';

/** The position of a pointer in the picture; `undefined` if it is outside, or if there is no picture. */
export function pointIn(
  event: PointerEvent | MouseEvent,
  circuit: Pick<Circuit, 'parts'>,
): Point | undefined {
  const picture = pictureOf(event);
  if (!picture) return undefined;
  const { left, top, width, height } = picture.getBoundingClientRect();
  const x = (event.clientX - left) / width;
  const y = (event.clientY - top) / height;
  const size = pictureSize(circuit);
  return x >= 0 && x <= 1 && y >= 0 && y <= 1 ? { x: x * size.width, y: y * size.height } : undefined;
}

function pictureOf({ currentTarget }: Event): Element | null {
  if (!(currentTarget instanceof Element)) return null;
  return currentTarget.closest('.own-circuit')?.querySelector('.own-picture') ?? null;
}
