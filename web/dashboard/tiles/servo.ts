import { map } from 'rxjs';
import { clamp, SERVO_DEGREES } from '../../../devices/facts/range.ts';
import { numberPayload } from '../../shared/payload.ts';
import { createProperty } from '../../shared/property.ts';
import { horn } from '../view/horn.ts';
import { track } from '../view/slider.ts';
import { type TileKind, tile } from './tile.ts';

/** A servo: its angle. */
export const servoTile: TileKind = ({ feed }) => {
  const angle = createProperty(feed, 'angle', numberPayload);
  const actual$ = angle.reading$.pipe(
    map((degrees) => (degrees === undefined ? undefined : clamp(SERVO_DEGREES, degrees))),
  );
  return (words, title) =>
    tile({
      emblem: horn(actual$),
      value$: actual$.pipe(map((degrees) => (degrees === undefined ? '' : words.measure(degrees, '°')))),
      control: track(words, angle, {
        label: `${title}: ${words.say.angle}`,
        unit: '°',
        ...SERVO_DEGREES,
        actual$,
      }),
    });
};
