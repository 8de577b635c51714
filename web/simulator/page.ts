import { html, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import type { Connection } from '../../hub/client/hub-client.ts';
import type { Identity } from '../../hub/client/identity.ts';
import type { HubError } from '../../hub/core/index.ts';
import type { Language } from '../languages/index.ts';
import { header } from '../shared/header.ts';
import { pageLinks } from '../shared/page-links.ts';
import { sessionView } from '../shared/session-view.ts';
import { shareAction } from '../shared/share/open-share.ts';
import { isInTheWay, type Trouble } from '../shared/trouble.ts';
import { lostBanner, notice, outdatedBanner } from '../shared/trouble-view.ts';
import { meaningOf } from '../shared/words.ts';
import { benchView } from './bench/bench-view.ts';
import type { Layout } from './bench/layout.ts';
import type { DeviceNames } from './device/device-rights.ts';
import { type TabDeviceState, tabDeviceView } from './device/tab-device-view.ts';
import { lessonView } from './lesson-view.ts';
import { perceivedLightness } from './light/lightness.ts';
import { actualNumber } from './model/bench.ts';
import type { DrawCircuit } from './own-circuit.ts';
import type { Scene, View } from './scene.ts';
import { scopeView } from './scope/scope-view.ts';

/** The state that the page shows. */
export interface PageState extends Scene {
  readonly layout: Layout;
  /** The number of screen pixels per bench pixel. */
  readonly scale: number;
  /** The width of the bench, in screen pixels. */
  readonly width: number;
  /** Draws the user's own circuit; `undefined` until the editor is loaded. */
  readonly drawCircuit: DrawCircuit | undefined;
  /** The prefix of the board's topics: `''`, or `ana/`. */
  readonly prefix: string;
  /** The prefixes of all boards that the user can view, without a slash. */
  readonly boards: readonly string[];
  readonly connection: Connection;
  readonly trouble: Trouble | undefined;
  readonly identity: Identity | undefined;
  /** Whether the hub serves another version of the page. */
  readonly isOutdated: boolean;
  /** Whether signing out has failed. */
  readonly hasStayed: boolean;
  readonly tabDevice: TabDeviceState;
  /** The bounce time of the button's contact, milliseconds, as it was last set. */
  readonly bounceMs: number | undefined;
  readonly setBounce: (ms: number) => void;
  /** Whether the user may not set anything on the board that is shown. */
  readonly isWatching: boolean;
  /** The names under which the user may run a device. */
  readonly deviceNames: DeviceNames;
  /** The reason why the hub refused the last publication, if it did. */
  readonly refusal: HubError | undefined;
  readonly chooseLanguage: (language: Language) => void;
  /** Called with the bench's element once it exists: its width determines the layout. */
  readonly watchSize: (bench: Element | undefined) => void;
  readonly signOut: () => void;
  readonly reconnect: () => void;
}

/** The whole page. */
export function pageView(state: PageState): TemplateResult {
  return html`
    ${topView(state)}
    <div role="status">${bannerView(state)}</div>
    <main ?data-stale=${state.trouble !== undefined}>${contentView(state)}</main>`;
}

/** The bench and its panels, or the reason why there is none. */
function contentView(state: PageState): TemplateResult {
  const { words, trouble, identity, reconnect } = state;
  if (!isInTheWay(trouble)) return benchPanels(state);
  const signOut = identity?.how === 'login' ? state.signOut : undefined;
  return notice(words, trouble, { reconnect, signOut });
}

function benchPanels(state: PageState): TemplateResult {
  return html`
    <div class="bench-and-scope">
      <section class="panel circuit" aria-labelledby="circuit-title">
        <h2 id="circuit-title" class="unseen">${state.words.say.circuit}</h2>
        ${viewSwitch(state)}
        ${boardView(state)}
        ${switchesView(state)}
      </section>
      ${scopeView(state)}
    </div>
    ${lessonView(state.words)}
    ${tabDeviceView(state)}`;
}

/** Switches between the automatic layout of the devices and the user's own circuit. */
function viewSwitch({ words, choices, actions }: PageState): TemplateResult {
  const { say } = words;
  const option = (view: View, text: string) => html`
    <button type="button" data-view=${view} aria-pressed=${choices.view === view} @click=${() => actions.choose({ view })}>${text}</button>`;
  return html`<div class="views" role="group" aria-label=${say.views}>
    ${option('bench', say.benchView)} ${option('circuit', say.circuitView)}</div>`;
}

function boardView(state: PageState): TemplateResult {
  const { choices, drawCircuit, words } = state;
  if (choices.view === 'bench') return benchView(state);
  return drawCircuit
    ? drawCircuit(state)
    : html`<p class="hint" role="status">${words.say.editorLoading}</p>`;
}

function topView(state: PageState): TemplateResult {
  const { words, identity, connection, isWatching, signOut, chooseLanguage } = state;
  return header({
    language: words.language,
    languageLabel: words.tell.language,
    chooseLanguage,
    facts: factsView(state),
    session: sessionView(words, { identity, connection, isWatching, signOut, leadsToAdmin: true }),
    share: shareAction(words),
    links: pageLinks(words, { here: 'simulator', role: identity?.role ?? '' }),
  });
}

function factsView(state: PageState): TemplateResult {
  const { words, connection, prefix } = state;
  const { say } = words;
  return html`
    <li class="connection" data-status=${connection.status}>${connectionText(connection, say)}</li>
    <li>${say.simulator}${prefix && html` · <strong>${prefix.slice(0, -1)}</strong>`}${otherBoards(state)}</li>`;
}

/** Links to the other boards. A tab that runs a device has none, because leaving the page would end it. */
function otherBoards({ boards, prefix, tabDevice }: PageState): readonly TemplateResult[] {
  if (tabDevice.is === 'running') return [];
  return boards
    .filter((board) => board !== prefix.slice(0, -1))
    .map((board) => html` · <a href="simulator?board=${encodeURIComponent(board)}">${board || '/'}</a>`);
}

function connectionText({ status }: Connection, say: Scene['words']['say']): string {
  if (status === 'connecting') return say.connecting;
  return status === 'online' ? say.online : say.offlineShort;
}

/** The most important message, if there is any. */
function bannerView(state: PageState): TemplateResult | '' {
  const { words, trouble, isWatching, isOutdated, reconnect } = state;
  if (trouble?.is === 'lost') return lostBanner(words, { trouble, isWatching });
  if (isOutdated) return outdatedBanner(words, reconnect);
  const text = trouble ? '' : failureOf(state);
  return text && html`<div class="banner">${text}</div>`;
}

function failureOf({ words, hasStayed, tabDevice, refusal }: PageState): string {
  const { say, tell } = words;
  if (hasStayed) return tell.notSignedOut;
  if (tabDevice.is === 'denied') return say.tabDenied(tabDevice.name);
  if (!refusal) return '';
  const reason = meaningOf(words, refusal.code) ?? refusal.message;
  return refusal.code === 'class/paused' ? reason : say.publishFailed(reason);
}

/** The two switches below the circuit: how light is drawn, and whether the button's contact bounces. */
function switchesView(state: PageState): TemplateResult {
  const { words, choices, bench, actions, mayPublish, bounceMs = 0, setBounce } = state;
  const { say, instrument } = words;
  const power = actualNumber(bench.devices.get('led/21'), 'duty') ?? 0;
  const lightness = Math.round(perceivedLightness(power / 100) * 1000) / 10;
  return html`
    <div class="switches">
      <label class="switch" title=${say.lightSwitchHint}><input type="checkbox" name="perceived" .checked=${live(choices.isPerceived)}
        @change=${(event: Event) => actions.choose({ isPerceived: isChecked(event) })}>
        <span><b>${say.lightSwitch}</b> <small>${say.lightLine(instrument.percent(power), instrument.percent(lightness))}</small></span></label>
      <label class="switch"><input type="checkbox" name="bounce" ?disabled=${!mayPublish('button/23/bounce')} .checked=${live(bounceMs > 0)}
        @change=${(event: Event) => setBounce(isChecked(event) ? 10 : 0)}>
        <span><b>${say.bounce}</b> <small>${say.bounceHint}</small></span></label>
    </div>`;
}

function isChecked({ target }: Event): boolean {
  return target instanceof HTMLInputElement && target.checked;
}
