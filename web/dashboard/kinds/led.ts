import { html, nothing, type TemplateResult } from 'lit/html.js';
import { combineLatest, distinctUntilChanged, map, merge } from 'rxjs';
import type { DeviceInfo } from '../../../devices/facts/device-info.ts';
import type { Range } from '../../../devices/facts/range.ts';
import { glowOf } from '../../shared/light.ts';
import { mount } from '../../shared/mount.ts';
import { numberPayload, textPayload } from '../../shared/payload.ts';
import { createProperty, type DeviceProperty, type Property, sendAgain } from '../../shared/property.ts';
import { watch } from '../../shared/watch.ts';
import { createFaults } from '../model/fault.ts';
import { createLookBack } from '../model/look-back.ts';
import { card } from '../view/card.ts';
import { chart } from '../view/chart.ts';
import { effectChoice } from '../view/effect-choice.ts';
import { lamp } from '../view/lamp.ts';
import { numberBox } from '../view/number-box.ts';
import { overrideNote } from '../view/override.ts';
import { pinout } from '../view/pinout.ts';
import { pulses } from '../view/pulses.ts';
import { picker } from '../view/select.ts';
import { slider } from '../view/slider.ts';
import type { Words } from '../words.ts';
import type { Kind } from './kind.ts';

/** A light on one pin: brightness first, its past beside it, then frequency, transition, effect. */
export const led: Kind = (device, surroundings) => {
  const { feed } = device;
  const duty = createProperty(feed, 'duty', numberPayload);
  const frequency = createProperty(feed, 'frequency', numberPayload);
  const transition = createProperty(feed, 'transition', numberPayload);
  const effect = createProperty(feed, 'effect', textPayload);
  const refused$ = merge(duty.refused$, frequency.refused$, transition.refused$, effect.refused$);
  const faults = createFaults(feed, refused$);
  const percent$ = duty.reading$.pipe(map((percent) => percent ?? 0));
  const glow$ = percent$.pipe(map((percent) => glowOf(percent / 100)));
  const lookBack = createLookBack({
    ...surroundings,
    topic: `${feed.topic}/duty/actual`,
    isThere$: device.isOnline$,
    wanted$: duty.value$,
    actual$: duty.actual$,
  });

  const more = (words: Words) => html`
    ${chart(words, feed.topic, lookBack)}
    <div class="settings">
      ${watch(
        device.info$.pipe(
          distinctUntilChanged(offersTheSame),
          map((info) => settings(words, info, { topic: feed.topic, frequency, transition, effect })),
        ),
      )}
    </div>
    ${pulses(words, percent$, frequency.reading$.pipe(map((hz) => hz ?? 0)))}
    ${watch(device.info$.pipe(map((info) => pinout(words, info))))}
  `;
  return (words) =>
    card(words, device, {
      emblem: lamp(glow$),
      glow$,
      faults,
      isAllowed$: duty.isAllowed$,
      body: html`
        <div class="led" ${mount(HTMLElement, () => lookBack.recording$.subscribe())}>
          <div class="led-level">
            ${overrideNote(words, device, { isAllowed$: duty.isAllowed$, takeBack: () => sendAgain(duty) })}
            ${slider(words, duty, {
              label: words.say.duty,
              boxLabel: words.say.dutyBox,
              unit: '%',
              min: 0,
              max: 100,
              actual$: duty.reading$,
            })}
          </div>
          ${watch(surroundings.isWhole$.pipe(map((isWhole) => (isWhole ? more(words) : nothing))))}
        </div>
      `,
    });
};

interface Settings {
  readonly topic: string;
  readonly frequency: DeviceProperty<number>;
  readonly transition: Property<number>;
  readonly effect: Property<string>;
}

/** Whether two descriptions lead to the same settings. Then the settings on the page stay, with the text being typed into them. */
function offersTheSame(one: DeviceInfo, other: DeviceInfo): boolean {
  const offer = ({ frequenciesHz, effects, limits }: DeviceInfo) =>
    JSON.stringify([frequenciesHz, effects, limits]);
  return offer(one) === offer(other);
}

/** The settings beside the duty cycle that the device's description has. */
function settings(words: Words, info: DeviceInfo, { topic, frequency, transition, effect }: Settings) {
  const { effects, frequenciesHz, limits } = info;
  const canVary = frequenciesHz.length > 0 || limits.frequency !== undefined;
  return [
    effectChoice(words, effects, topic, effect),
    canVary ? frequencyEntry(words, info, frequency) : nothing,
    limits.transition ? transitionBox(words, limits.transition, transition) : nothing,
  ];
}

function frequencyEntry(
  words: Words,
  { frequenciesHz, limits }: DeviceInfo,
  frequency: DeviceProperty<number>,
): TemplateResult {
  const label = words.say.frequency;
  const range = limits.frequency ?? { min: 1 };
  const given$ = combineLatest([frequency.value$, frequency.reading$]).pipe(
    map(([wanted, actual]) =>
      !actual || actual === wanted ? '' : words.say.frequencyGiven(words.frequency(actual)),
    ),
  );
  return html`
    <div class="setting">
      <span class="name">${label}</span>
      ${
        frequenciesHz.length > 0
          ? picker(frequency, frequenciesHz, label, words.frequency)
          : numberBox(words, frequency, { label, unit: 'Hz', step: 1, ...range })
      }
      <small>${watch(given$)}</small>
    </div>
  `;
}

function transitionBox(words: Words, { min, max }: Range, transition: Property<number>): TemplateResult {
  const { say } = words;
  const label = `${say.transition}, ${say.seconds}`;
  return html`
    <div class="setting">
      <span class="name">${say.transition}</span>
      ${numberBox(words, transition, { label, unit: 's', min, max, step: 0.1 })}
    </div>
  `;
}
