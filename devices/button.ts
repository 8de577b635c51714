import { map, merge, of, tap } from 'rxjs';
import { HubError } from '../hub/core/error.ts';
import { BOUNCE_MS } from './facts/range.ts';
import { type DeviceKind, parseGpio } from './kind.ts';
import { numberWithin, yesOrNo } from './payload.ts';
import type { InputPin } from './pins/pins.ts';
import type { Parser } from './pipeline/parse.ts';

/**
 * A push-button between a pin and ground, with a pull-up: `button/23/pressed/actual` says whether it is pressed. On a simulated board
 * `button/23/pressed` presses it, and `button/23/bounce` makes its contact bounce. A press is momentary: after a reconnect the hub
 * must not replay an old press.
 */
export const button: DeviceKind = {
  kind: 'button',
  gpios: (id) => [parseGpio(id)],
  async open(device) {
    const gpio = parseGpio(device.id);
    const pin = await device.input(gpio, { pull: 'up' });
    const pressed = device.property({
      name: 'pressed',
      initial: false,
      ...yesOrNo,
      ...(pin.drive ? {} : { parse: refuseOf(pin), isSettable: false }),
      isMomentary: true,
    });
    const bounce = device.property({
      name: 'bounce',
      initial: 0,
      ...numberWithin(BOUNCE_MS, { unit: 'ms' }),
      isSettable: pin.drive !== undefined,
    });
    return {
      info$: of({ gpio, pull: 'up', pressable: pin.drive !== undefined, limits: { bounce: BOUNCE_MS } }),
      run$: merge(
        pressed.desired$.pipe(
          tap((isPressed) => pin.drive?.(isPressed ? 0 : undefined, { bounceMs: bounce.value })),
        ),
        pressed.show(pin.edges$.pipe(map(({ level }) => level === 0))),
      ),
    };
  },
};

/** A real button cannot be pressed over the network. */
function refuseOf({ gpio }: InputPin): Parser<boolean> {
  return () => {
    throw new HubError('pin/unsupported', `the button on GPIO ${gpio} is real: only a hand can press it`);
  };
}
