import { html, nothing, type TemplateResult } from 'lit/html.js';
import { combineLatest, map, type Observable, of } from 'rxjs';
import { toHubError } from '../../../hub/core/index.ts';
import type { DeviceInfo } from '../../shared/device-info.ts';
import type { Device } from '../../shared/devices.ts';
import type { Label } from '../../shared/label.ts';
import { bind, scene } from '../../shared/mount.ts';
import { watchBadge } from '../../shared/session-view.ts';
import { watch } from '../../shared/watch.ts';
import { meaningOf } from '../../shared/words.ts';
import type { Fault, Faults } from '../model/fault.ts';
import type { Words } from '../words.ts';
import { thrownLight } from './lamp.ts';

export interface CardParts {
  /** The device's title where it has no name of its own; its pins are given as text. */
  readonly title: (gpios: string) => string;
  /** What stands for the device: its lamp, its knob. */
  readonly emblem: TemplateResult;
  readonly body: TemplateResult;
  readonly faults: Faults;
  /** Whether one may set what the device is chiefly for. Default: there is nothing to set. */
  readonly isAllowed$?: Observable<boolean>;
  /** How brightly the card glows, 0–1 as written for the screen. */
  readonly glow$?: Observable<number>;
}

/** The frame that every device has: title, topic, whether it is there, what went wrong. */
export function card(words: Words, device: Device, parts: CardParts): TemplateResult {
  const { say } = words;
  const { isAllowed$ = of(true) } = parts;
  const title$ = combineLatest([device.info$, device.label$]).pipe(
    map(([info, label]) => titleOf(device, { info, label }, parts)),
  );
  const presence$ = device.isOnline$.pipe(map((isOnline) => (isOnline ? say.online : say.offline)));
  const offline$ = device.isOnline$.pipe(
    map((isOnline) => (isOnline ? nothing : offlineView(words, device, parts))),
  );
  return html`
    <article class="card" data-kind=${device.kind} data-topic=${device.topic}
      ${scene()} ${bind(HTMLElement, device.isOnline$, showPresence)}>
      ${parts.glow$ ? thrownLight(parts.glow$) : nothing}
      <header class="card-head">
        ${parts.emblem}
        <div class="card-title">
          <h2>${watch(title$)}</h2>
          <p>${watch(device.info$.pipe(map((info) => origin(device, info))))}</p>
        </div>
        <div class="marks">
          <span class="presence" role="status">${watch(presence$)}</span>
          ${watch(isAllowed$.pipe(map((isAllowed) => (isAllowed ? nothing : watchBadge(words)))))}
        </div>
      </header>
      ${watch(offline$)}
      <div class="fault" role="alert">
        ${watch(parts.faults.fault$.pipe(map((fault) => (fault ? faultView(words, fault, parts.faults) : nothing))))}
      </div>
      ${parts.body}
    </article>
  `;
}

/** What is gone for good can be put away, here and on every other dashboard, by those who may speak for it. */
function offlineView(
  { say }: Words,
  { feed }: Device,
  { faults, isAllowed$ = of(true) }: CardParts,
): TemplateResult {
  const forget = () => feed.forget().catch((error) => faults.tell(toHubError(error)));
  const hint = html`<p>${say.offlineHint}</p>`;
  const button = html`<button type="button" class="forget" title=${say.forgetHint} @click=${forget}>${say.forget}</button>`;
  const parts$ = combineLatest([isAllowed$, feed.mayPublish$('info')]).pipe(
    map(([maySet, mayForget]) => [maySet ? hint : nothing, mayForget ? button : nothing]),
  );
  return html`<div class="hint">${watch(parts$)}</div>`;
}

/** The prefix tells devices with the same pins apart. The name that people have set is enough without it. */
function titleOf(
  { topic, prefix }: Device,
  { info, label }: { readonly info: DeviceInfo; readonly label: Label },
  { title }: CardParts,
): TemplateResult {
  const { name = topic, gpios } = info;
  // An adapter that was given no name gives the topic.
  const own = name === topic ? title(gpios.join(', ')) : name;
  if (label.name !== undefined) return html`${label.name}`;
  return html`${prefix ? html`<span class="prefix">${prefix}</span> ` : nothing}${own}`;
}

function origin(device: Device, info: DeviceInfo): TemplateResult {
  return html`<code>${device.topic}</code>${info.driver ? html`<span class="driver">${info.driver}</span>` : nothing}`;
}

function faultView(words: Words, fault: Fault, faults: Faults): TemplateResult {
  const payload = fault.payload === undefined ? nothing : words.say.refusedPayload(fault.payload);
  return html`
    <p title=${fault.message}>${meaningOf(words, fault.code) ?? fault.message} ${payload}</p>
    <button type="button" class="quiet" aria-label=${words.say.dismiss} @click=${faults.dismiss}>×</button>
  `;
}

function showPresence(element: HTMLElement, isOnline: boolean): void {
  element.toggleAttribute('data-offline', !isOnline);
}
