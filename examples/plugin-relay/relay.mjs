import { createLevelOutput, OVERRIDDEN, parseGpio, yesOrNo } from 'pinhub/devices';
import { map, merge } from 'rxjs';

/** A relay on one pin: `relay/17/on` switches it, `relay/17/on/actual` says what the pin does. */
const relay = {
  kind: 'relay',
  card: new URL('./relay-card.js', import.meta.url),
  part: new URL('./relay-part.js', import.meta.url),
  gpios: (id) => [parseGpio(id)],
  async open(device) {
    const gpio = parseGpio(device.id);
    const pin = await device.output(gpio);
    const output = createLevelOutput(pin, device);
    const on = device.property({ name: 'on', initial: false, ...yesOrNo });
    const level$ = on.desired$.pipe(map((isOn) => (isOn ? 1 : 0)));
    const isOn$ = pin.level$.pipe(map((level) => level === 1));
    return {
      info$: pin.level$.pipe(map(() => ({ gpio }))),
      run$: merge(output.follow(level$), on.show(isOn$), device.reading(OVERRIDDEN, output.isOverridden$)),
    };
  },
};

/** @type {import('pinhub/server').Plugin} */
export default { name: 'relay', kinds: [relay] };
