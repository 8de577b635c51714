import { html } from 'lit/html.js';
import { map } from 'rxjs';
import { numberPayload } from '../../shared/payload.ts';
import { createProperty } from '../../shared/property.ts';
import { clampServoAngle, SERVO_ANGLE } from '../../shared/servo-angle.ts';
import { watch } from '../../shared/watch.ts';
import { createFaults } from '../model/fault.ts';
import { card } from '../view/card.ts';
import { horn } from '../view/horn.ts';
import { pinout } from '../view/pinout.ts';
import { slider } from '../view/slider.ts';
import type { Kind } from './kind.ts';

/** A hobby servo: its angle, and a horn that stands where the real one does. */
export const servo: Kind = (device) => {
  const angle = createProperty(device.feed, 'angle', numberPayload);
  const faults = createFaults(device.feed, angle.refused$);
  const actual$ = angle.actual$.pipe(map(clampServoAngle));
  return (words) =>
    card(words, device, {
      title: words.say.servo,
      emblem: horn(actual$),
      faults,
      isAllowed$: angle.isAllowed$,
      body: html`
        <div>
          ${slider(words, angle, {
            label: words.say.angle,
            boxLabel: words.say.angleBox,
            unit: '°',
            ...SERVO_ANGLE,
            actual$,
          })}
        </div>
        ${watch(device.info$.pipe(map(({ gpios }) => pinout(words, gpios))))}
      `,
    });
};
