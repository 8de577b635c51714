import { html } from 'lit/html.js';
import { map } from 'rxjs';
import { clamp, SERVO_DEGREES } from '../../../devices/facts/range.ts';
import { numberPayload } from '../../shared/payload.ts';
import { createProperty, sendAgain } from '../../shared/property.ts';
import { watch } from '../../shared/watch.ts';
import { createFaults } from '../model/fault.ts';
import { card } from '../view/card.ts';
import { horn } from '../view/horn.ts';
import { overrideNote } from '../view/override.ts';
import { pinout } from '../view/pinout.ts';
import { slider } from '../view/slider.ts';
import type { Kind } from './kind.ts';

/** A hobby servo: its angle, and a horn in the position of the real one. */
export const servo: Kind = (device) => {
  const angle = createProperty(device.feed, 'angle', numberPayload);
  const faults = createFaults(device.feed, angle.refused$);
  const actual$ = angle.reading$.pipe(
    map((degrees) => (degrees === undefined ? undefined : clamp(SERVO_DEGREES, degrees))),
  );
  return (words) =>
    card(words, device, {
      emblem: horn(actual$),
      faults,
      isAllowed$: angle.isAllowed$,
      body: html`
        ${overrideNote(words, device, { isAllowed$: angle.isAllowed$, takeBack: () => sendAgain(angle) })}
        <div>
          ${slider(words, angle, {
            label: words.say.angle,
            boxLabel: words.say.angleBox,
            unit: '°',
            ...SERVO_DEGREES,
            actual$,
          })}
        </div>
        ${watch(device.info$.pipe(map((info) => pinout(words, info))))}
      `,
    });
};
