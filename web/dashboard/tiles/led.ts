import { map } from 'rxjs';
import { glowOf } from '../../shared/light.ts';
import { numberPayload } from '../../shared/payload.ts';
import { createProperty } from '../../shared/property.ts';
import { lamp } from '../view/lamp.ts';
import { track } from '../view/slider.ts';
import { type TileKind, tile } from './tile.ts';

/** A light: its brightness. */
export const ledTile: TileKind = ({ feed }) => {
  const duty = createProperty(feed, 'duty', numberPayload);
  return (words, title) =>
    tile({
      emblem: lamp(duty.reading$.pipe(map((percent = 0) => glowOf(percent / 100)))),
      value$: duty.reading$.pipe(
        map((percent) => (percent === undefined ? '' : words.measure(percent, '%'))),
      ),
      control: track(words, duty, {
        label: `${title}: ${words.say.duty}`,
        unit: '%',
        min: 0,
        max: 100,
        actual$: duty.reading$,
      }),
    });
};
