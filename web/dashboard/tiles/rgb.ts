import { map } from 'rxjs';
import { colorPayload } from '../../shared/payload.ts';
import { createProperty } from '../../shared/property.ts';
import { colorInput } from '../view/color-input.ts';
import { coloredLamp } from '../view/lamp.ts';
import { type TileKind, tile } from './tile.ts';

/** An RGB LED: its color. */
export const rgbTile: TileKind = ({ feed }) => {
  const color = createProperty(feed, 'color', colorPayload);
  return (words, title) =>
    tile({
      emblem: coloredLamp(color.reading$),
      value$: color.reading$.pipe(map((value) => value ?? '')),
      control: colorInput(color, `${title}: ${words.say.color}`),
    });
};
