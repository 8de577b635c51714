import { html, type TemplateResult } from 'lit/html.js';
import { combineLatest, distinctUntilChanged, map, type Observable } from 'rxjs';
import type { Device } from '../../shared/devices.ts';
import { holdWhile } from '../../shared/hold.ts';
import { bind, mount } from '../../shared/mount.ts';
import { permit } from '../../shared/permit.ts';
import { createMomentary, type DeviceProperty, type Property } from '../../shared/property.ts';
import { watch } from '../../shared/watch.ts';
import { createFaults } from '../model/fault.ts';
import { called } from '../view/called.ts';
import { card } from '../view/card.ts';
import { NO_VALUE } from '../view/no-value.ts';
import { pinout } from '../view/pinout.ts';
import type { Words } from '../words.ts';
import type { Kind } from './kind.ts';

/** A push-button: whether it is pressed and, if the board is simulated, a way to press it. */
export const button: Kind = (device, { isOnline$ }) => {
  const pressed = createMomentary(device.feed, 'pressed');
  const faults = createFaults(device.feed, pressed.refused$);
  const parts = { device, pressed, isHubThere$: isOnline$ };
  return (words) => {
    const state$ = pressed.reading$.pipe(map((isPressed) => stateOf(words, isPressed) ?? NO_VALUE));
    return card(words, device, {
      emblem: pushEmblem(pressed),
      faults,
      isAllowed$: pressed.isAllowed$,
      body: html`
        <p class="state" role="status">${watch(state$)}</p>
        ${watch(device.info$.pipe(map(({ isPressable }) => (isPressable ? pressButton(words, parts) : ''))))}
        ${watch(device.info$.pipe(map((info) => pinout(words, info))))}
      `,
    });
  };
};

/** Whether the button is pressed, in a word; `undefined` while it is not known. */
export function stateOf({ say }: Words, isPressed: boolean | undefined): string | undefined {
  if (isPressed === undefined) return undefined;
  return isPressed ? say.pressed : say.released;
}

/** The cap of a push-button, down while the real one is. */
export function pushEmblem({ reading$ }: DeviceProperty<boolean>): TemplateResult {
  return html`<span class="emblem push" aria-hidden="true" ${bind(HTMLElement, reading$, showPressed)}></span>`;
}

/** The conditions under which one may press. */
export interface PressConditions {
  readonly device: Pick<Device, 'isOnline$'>;
  readonly pressed: Pick<Property<boolean>, 'isAllowed$'>;
  /** Whether the hub is online, at once and at every change. */
  readonly isHubThere$: Observable<boolean>;
}

/** Whether one may press: not while the hub or the device is away, so that no press comes late. */
export function mayPress({ device, pressed, isHubThere$ }: PressConditions): Observable<boolean> {
  return combineLatest([isHubThere$, device.isOnline$, pressed.isAllowed$]).pipe(
    map((conditions) => conditions.every(Boolean)),
    distinctUntilChanged(),
  );
}

export interface PressParts extends PressConditions {
  readonly pressed: Property<boolean>;
  /** The button's name, if its text does not distinguish it from others. */
  readonly label?: string;
  readonly text?: string;
}

/** A button that presses the device while it is held. It does nothing while one may not press. */
export function pressButton({ say }: Words, parts: PressParts): TemplateResult {
  const { pressed, label = say.press, text = say.press } = parts;
  const isAllowed$ = mayPress(parts);
  return html`
    <button type="button" class="press" title=${say.pressHint} ${called(label)}
      ${bind(HTMLButtonElement, pressed.value$, (element, isPressed) => {
        element.setAttribute('aria-pressed', String(isPressed ?? false));
      })}
      ${permit(HTMLButtonElement, { isAllowed$ })}
      ${mount(HTMLButtonElement, (element) => holdWhile(isAllowed$, element, pressed.set))}>${text}</button>
  `;
}

function showPressed(element: HTMLElement, isPressed = false): void {
  element.toggleAttribute('data-pressed', isPressed);
}
