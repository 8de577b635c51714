import { html, nothing, type TemplateResult } from 'lit/html.js';
import { combineLatest, filter, map, type Observable, startWith } from 'rxjs';
import { OVERRIDDEN_PROPERTY } from '../../../devices/facts/property-info.ts';
import type { Device } from '../../shared/devices.ts';
import { booleanPayload } from '../../shared/payload.ts';
import { watch } from '../../shared/watch.ts';
import type { Words } from '../words.ts';
import { called } from './called.ts';

export interface OverrideParts {
  readonly isAllowed$: Observable<boolean>;
  /** Sends the wanted value again. */
  readonly takeBack: () => void;
}

/** Shows that another program drives the device, and offers to take over again. */
export function overrideNote(
  words: Words,
  { feed, isOnline$ }: Device,
  parts: OverrideParts,
): TemplateResult {
  const isOverridden$ = feed.text$(`${OVERRIDDEN_PROPERTY}/actual`).pipe(
    map(booleanPayload.read),
    filter((flag) => flag !== undefined),
    startWith(false),
  );
  const note$ = combineLatest([isOverridden$, isOnline$, parts.isAllowed$]).pipe(
    map(([isOverridden, isOnline, isAllowed]) =>
      isOverridden && isOnline ? note(words, isAllowed ? parts.takeBack : undefined) : nothing,
    ),
  );
  return html`<div class="override" role="status">${watch(note$)}</div>`;
}

function note({ say }: Words, takeBack: (() => void) | undefined): TemplateResult {
  const button =
    takeBack &&
    html`<button type="button" class="take-back" @click=${takeBack} ${called(say.takeBack)}>${say.takeBack}</button>`;
  return html`<p>${say.overridden}</p>${button ?? nothing}`;
}
