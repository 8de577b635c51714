import { html, nothing, type TemplateResult } from 'lit';
import type { Words } from '../words.ts';
import type { NameVerdict } from './device-name.ts';
import type { DeviceNames } from './device-rights.ts';

/** Whether this tab is a device, and the reason if it is not. */
export type TabDeviceState =
  | { readonly is: 'none' }
  | { readonly is: 'refused'; readonly name: NameVerdict }
  /** The rights of the user are not known yet. */
  | { readonly is: 'starting'; readonly name: string }
  /** The user may not run a device of that name. */
  | { readonly is: 'denied'; readonly name: string }
  | { readonly is: 'running'; readonly name: string; readonly topics: readonly string[] };

export interface TabDeviceParts {
  readonly tabDevice: TabDeviceState;
  /** The names under which the user may run a device. */
  readonly deviceNames: DeviceNames;
  readonly words: Words;
}

/**
 * The form that turns this tab into a device, or the device's state. It is a plain form, because the address contains
 * the whole state.
 */
export function tabDeviceView(parts: TabDeviceParts): TemplateResult {
  const { tabDevice, words } = parts;
  return html`
    <section class="panel tab-device" aria-labelledby="tab-device-title">
      <h2 id="tab-device-title">${words.say.tabDevice}</h2>
      ${tabDevice.is === 'running' || tabDevice.is === 'starting' ? deviceView(tabDevice, words) : formView(parts)}
    </section>`;
}

type Say = Words['say'];

function deviceView(
  state: TabDeviceState & { is: 'running' | 'starting' },
  { say, list }: Words,
): TemplateResult {
  const text =
    state.is === 'running'
      ? html`<strong>${say.tabRunning(state.name)}</strong> ${say.tabTopics(list(state.topics))}`
      : say.tabStarting(state.name);
  return html`
    <p role="status">${text}</p>
    <p><a class="button" href="simulator">${say.stop}</a></p>`;
}

function formView({ tabDevice, deviceNames, words: { say } }: TabDeviceParts): TemplateResult {
  const isOff = deviceNames.are === 'none';
  const own = deviceNames.are === 'own' ? deviceNames.name : undefined;
  const tried = tabDevice.is === 'refused' ? tabDevice.name.name : '';
  const alarm = alarmOf(tabDevice, say);
  return html`
    <p class="tab-device-text">${say.tabDeviceText}</p>
    <form method="get" action="simulator">
      <label for="device">${say.tabName}</label>
      <input id="device" name="device" required maxlength="32" placeholder="ana" autocomplete="off" autocapitalize="none"
        spellcheck="false" aria-describedby="device-hint" aria-invalid=${tabDevice.is === 'refused'}
        ?disabled=${isOff} ?readonly=${own !== undefined} value=${own ?? tried}>
      <button type="submit" ?disabled=${isOff}>${say.start}</button>
    </form>
    <p class="hint" id="device-hint">${hintOf(deviceNames, say)}</p>
    ${alarm ? html`<p class="alarm" role="alert">${alarm}</p>` : nothing}`;
}

function hintOf({ are }: DeviceNames, say: Say): string {
  if (are === 'all') return say.tabNameHint;
  return are === 'own' ? say.tabOwnName : say.tabWatchOnly;
}

function alarmOf(state: TabDeviceState, say: Say): string {
  if (state.is !== 'refused') return '';
  const { name, verdict } = state.name;
  return verdict === 'reserved' ? say.reservedName(name) : say.badName(name);
}
