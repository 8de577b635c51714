import { html, nothing, type TemplateResult } from 'lit/html.js';
import type { Trouble } from './trouble.ts';
import { meaningOf, type SharedWords } from './words.ts';

/** Ways out of trouble. */
export interface WaysOut {
  /** Loads the page again, over the login page if the hub asks for it. */
  readonly reconnect: () => void;
  /** Signs out; `undefined` if nobody is signed in. */
  readonly signOut: (() => void) | undefined;
}

export interface LostBannerParts {
  readonly trouble: Trouble & { readonly is: 'lost' };
  /** Whether the visitor may set nothing on the page. */
  readonly isWatching: boolean;
}

/** A banner above the last known values: the hub is away. */
export function lostBanner(words: SharedWords, { trouble, isWatching }: LostBannerParts): TemplateResult {
  const { tell } = words;
  const reason = (trouble.code && meaningOf(words, trouble.code)) ?? tell.hubLost;
  const hint = isWatching ? tell.hubLostWatching : tell.hubLostHint;
  return html`<div class="banner"><p><b>${reason}</b> ${hint}</p></div>`;
}

/** The page is older than its hub: parts of it that are not loaded yet are gone. */
export function outdatedBanner({ tell }: SharedWords, reload: () => void): TemplateResult {
  return html`<div class="banner"><p>${tell.outdated}</p>${button(tell.reload, reload)}</div>`;
}

/** A notice that replaces the page: one message, and one action. */
export function notice(
  words: SharedWords,
  trouble: Exclude<Trouble, { is: 'lost' }>,
  { reconnect, signOut }: WaysOut,
): TemplateResult {
  const { tell } = words;
  switch (trouble.is) {
    case 'signed-out':
      return panel(
        tell.signedOut,
        trouble.wasSeat ? tell.seatGone : tell.signedOutHint,
        button(tell.signInAgain, reconnect),
      );
    case 'ended': {
      const reason = (trouble.code && meaningOf(words, trouble.code)) ?? trouble.reason;
      return panel(tell.ended, reason, button(tell.connectAgain, reconnect));
    }
    case 'denied':
      return panel(tell.denied, tell.deniedHint, signOut ? button(tell.signInAsOther, signOut) : nothing);
  }
}

function panel(title: string, text: string, way: TemplateResult | typeof nothing): TemplateResult {
  return html`
    <section class="notice" role="alert">
      ${lock}
      <h2>${title}</h2>
      <p>${text}</p>
      ${way}
    </section>
  `;
}

function button(label: string, act: () => void): TemplateResult {
  return html`<button type="button" class="main-action" @click=${act}>${label}</button>`;
}

/** A closed padlock. */
const lock = html`<svg viewBox="0 0 48 48" aria-hidden="true">
  <rect x="10" y="21" width="28" height="20" rx="5" />
  <path d="M16 21v-5a8 8 0 0 1 16 0v5M24 29v5" />
</svg>`;

/** Tells a student that the teacher has paused the class, before the hub refuses anything. */
export function pausedBanner({ faults }: SharedWords): TemplateResult {
  return html`<div class="banner"><p><b>${faults['class/paused']}</b></p></div>`;
}
