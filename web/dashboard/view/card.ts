import { html, nothing, type TemplateResult } from 'lit/html.js';
import { combineLatest, map, type Observable, of } from 'rxjs';
import type { DeviceInfo } from '../../../devices/facts/device-info.ts';
import { toHubError } from '../../../hub/core/index.ts';
import type { Device } from '../../shared/devices.ts';
import { bind, scene } from '../../shared/mount.ts';
import { watchBadge } from '../../shared/session-view.ts';
import { shareLatest } from '../../shared/share-latest.ts';
import { watch } from '../../shared/watch.ts';
import { meaningOf } from '../../shared/words.ts';
import type { Fault, Faults } from '../model/fault.ts';
import type { Words } from '../words.ts';
import { called, titled } from './called.ts';
import { thrownLight } from './lamp.ts';
import { type Named, titleOf } from './title.ts';

export interface CardParts {
  /** The picture of the device: its lamp, its knob. */
  readonly emblem: TemplateResult;
  readonly body: TemplateResult;
  readonly faults: Faults;
  /** Whether one may set the device's main property. Default: there is nothing to set. */
  readonly isAllowed$?: Observable<boolean>;
  /** How brightly the card glows: opacity, 0–1. */
  readonly glow$?: Observable<number>;
}

/** The frame of every device: title, topic, whether it is online, its last fault. */
export function card(words: Words, device: Device, parts: CardParts): TemplateResult {
  const { say } = words;
  const { isAllowed$ = of(true) } = parts;
  const title$ = combineLatest([device.info$, device.label$]).pipe(
    map(([info, label]) => titleParts(words, { device, info, label })),
    shareLatest(),
  );
  const name$ = title$.pipe(map(({ prefix, title }) => `${prefix} ${title}`.trim()));
  const titleId = `title-${encodeURIComponent(device.topic)}`;
  const presence$ = device.isOnline$.pipe(map((isOnline) => (isOnline ? say.online : say.offline)));
  const offline$ = device.isOnline$.pipe(
    map((isOnline) => (isOnline ? nothing : offlineView(words, device, parts))),
  );
  return html`
    <article class="card" data-kind=${device.kind} data-topic=${device.topic} aria-labelledby=${titleId}
      ${scene()} ${titled(name$)} ${bind(HTMLElement, device.isOnline$, showPresence)}>
      ${parts.glow$ ? thrownLight(parts.glow$) : nothing}
      <header class="card-head">
        ${parts.emblem}
        <div class="card-title">
          <h2 id=${titleId}>${watch(title$.pipe(map(titleView)))}</h2>
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

/** Anybody who may publish for a device that is gone for good can make all dashboards forget it. */
function offlineView(
  { say }: Words,
  { feed }: Device,
  { faults, isAllowed$ = of(true) }: CardParts,
): TemplateResult {
  const forget = () => feed.forget().catch((error) => faults.tell(toHubError(error)));
  const hint = html`<p>${say.offlineHint}</p>`;
  const button = html`<button type="button" class="forget" title=${say.forgetHint} @click=${forget} ${called(say.forget)}>${say.forget}</button>`;
  const parts$ = combineLatest([isAllowed$, feed.mayPublish$('info')]).pipe(
    map(([maySet, mayForget]) => [maySet ? hint : nothing, mayForget ? button : nothing]),
  );
  return html`<div class="hint">${watch(parts$)}</div>`;
}

interface TitleParts {
  readonly prefix: string;
  readonly title: string;
}

/** The prefix distinguishes devices with the same pins. With the name that people have set, and the topic, it is not needed. */
function titleParts(words: Words, named: Named): TitleParts {
  const { device, label } = named;
  const title = titleOf(words, named);
  const isEnough = label.name !== undefined || title === device.topic;
  return { prefix: isEnough ? '' : device.prefix, title };
}

function titleView({ prefix, title }: TitleParts): TemplateResult {
  return html`${prefix === '' ? nothing : html`<span class="prefix">${prefix}</span> `}${title}`;
}

function origin(device: Device, info: DeviceInfo): TemplateResult {
  return html`<code>${device.topic}</code>${info.driver ? html`<span class="driver">${info.driver}</span>` : nothing}`;
}

function faultView(words: Words, fault: Fault, faults: Faults): TemplateResult {
  const payload = fault.payload === undefined ? nothing : words.say.refusedPayload(fault.payload);
  return html`
    <p title=${fault.message}>${meaningOf(words, fault.code) ?? fault.message} ${payload}</p>
    <button type="button" class="quiet" ${called(words.say.dismiss)} @click=${faults.dismiss}>×</button>
  `;
}

function showPresence(element: HTMLElement, isOnline: boolean): void {
  element.toggleAttribute('data-offline', !isOnline);
}
