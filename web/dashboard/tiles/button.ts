import { map } from 'rxjs';
import { createMomentary } from '../../shared/property.ts';
import { watch } from '../../shared/watch.ts';
import { pressButton, pushEmblem, stateOf } from '../kinds/button.ts';
import { type TileKind, tile } from './tile.ts';

/** A push-button: whether it is pressed, and a way to press it. */
export const buttonTile: TileKind = (device, { isOnline$ }) => {
  const pressed = createMomentary(device.feed, 'pressed');
  const parts = { device, pressed, isHubThere$: isOnline$ };
  return (words, title) => {
    const { say } = words;
    const press$ = device.info$.pipe(
      map(({ isPressable }) =>
        isPressable ? pressButton(words, { ...parts, label: `${title}: ${say.press}` }) : '',
      ),
    );
    return tile({
      emblem: pushEmblem(pressed),
      value$: pressed.reading$.pipe(map((isPressed) => stateOf(words, isPressed) ?? '')),
      control: watch(press$),
    });
  };
};
