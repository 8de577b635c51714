import { html, type TemplateResult } from 'lit';
import type { Words } from '../i18n/words.ts';
import type { NameVerdict } from './device-name.ts';

/** Whether this tab is a device, and if not, why. */
export type TabDeviceState =
  | { readonly is: 'none' }
  | { readonly is: 'refused'; readonly name: NameVerdict }
  | { readonly is: 'running'; readonly name: string; readonly topics: readonly string[] };

/** The form that makes this tab a device, or what kind of device it is. A plain form: the address says it all. */
export function tabDeviceView(state: TabDeviceState, words: Words): TemplateResult {
  const { say } = words;
  return html`
    <section class="panel tab-device" aria-labelledby="tab-device-title">
      <h2 id="tab-device-title">${say.tabDevice}</h2>
      ${state.is === 'running' ? runningView(state, words) : formView(state, say)}
    </section>`;
}

type Say = Words['say'];

function runningView(
  { name, topics }: TabDeviceState & { is: 'running' },
  { say, format }: Words,
): TemplateResult {
  return html`
    <p role="status"><strong>${say.tabRunning(name)}</strong> ${say.tabTopics(format.list(topics))}</p>
    <p><a class="button" href="/simulator">${say.stop}</a></p>`;
}

function formView(state: TabDeviceState, say: Say): TemplateResult {
  return html`
    <p class="tab-device-text">${say.tabDeviceText}</p>
    <form method="get" action="/simulator">
      <label for="device">${say.tabName}</label>
      <input id="device" name="device" required maxlength="32" placeholder="ana" autocomplete="off" autocapitalize="none"
        spellcheck="false" aria-describedby="device-hint" aria-invalid=${state.is === 'refused'}
        value=${state.is === 'refused' ? state.name.name : ''}>
      <button type="submit">${say.start}</button>
    </form>
    <p class="hint" id="device-hint">${say.tabNameHint}</p>
    ${state.is === 'refused' ? html`<p class="alarm" role="alert">${reasonOf(state.name, say)}</p>` : ''}`;
}

function reasonOf({ name, verdict }: NameVerdict, say: Say): string {
  return verdict === 'reserved' ? say.reservedName(name) : say.badName(name);
}
