import type { Page } from 'playwright-core';
import { readTerminal } from '../../web/simulator/circuit/terminal.ts';
import { pictureSize, pointOf } from '../../web/simulator/circuit/view/board/place.ts';

interface Place {
  readonly x: number;
  readonly y: number;
}

const EMPTY = { parts: [], wires: [] };

/** The screen position of a terminal of an otherwise empty board. */
export async function placeOf(page: Page, text: string): Promise<Place> {
  const terminal = readTerminal(text);
  const point = terminal && pointOf(EMPTY, terminal);
  const box = await page.locator('.own-picture').boundingBox();
  if (!point || !box) throw new Error(`${text} is not on the page`);
  const { width, height } = pictureSize(EMPTY);
  return { x: box.x + (point.x / width) * box.width, y: box.y + (point.y / height) * box.height };
}

async function drag(page: Page, from: Place, to: Place): Promise<void> {
  await page.mouse.move(from.x, from.y);
  await page.mouse.down();
  await page.mouse.move((from.x + to.x) / 2, (from.y + to.y) / 2);
  await page.mouse.move(to.x, to.y);
  await page.mouse.up();
}

/** Drags a part from the palette, like `led red`, to the hole of its first leg. */
export async function dragPart(page: Page, offer: string, hole: string): Promise<void> {
  const box = await page.locator(`[data-offer="${offer}"]`).boundingBox();
  if (!box) throw new Error(`${offer} is not on the palette`);
  await drag(page, { x: box.x + box.width / 2, y: box.y + box.height / 2 }, await placeOf(page, hole));
}

/** Drags a wire between two terminals, like `pin40` and `a2`. */
export async function layWire(page: Page, from: string, to: string): Promise<void> {
  await drag(page, await placeOf(page, from), await placeOf(page, to));
}
