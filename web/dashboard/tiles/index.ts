import { buttonTile } from './button.ts';
import { ledTile } from './led.ts';
import { otherTile } from './other.ts';
import { rgbTile } from './rgb.ts';
import { servoTile } from './servo.ts';
import type { TileKind } from './tile.ts';

const TILES: Readonly<Record<string, TileKind>> = {
  led: ledTile,
  rgb: rgbTile,
  servo: servoTile,
  button: buttonTile,
};

/** The tile for a kind of device. */
export function tileKind(kind: string): TileKind {
  return (Object.hasOwn(TILES, kind) ? TILES[kind] : undefined) ?? otherTile;
}
