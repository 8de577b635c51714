import { html, nothing, type TemplateResult } from 'lit/html.js';
import { LANGUAGE_TAGS, type Language } from '../languages/index.ts';
import { nameOf } from './words.ts';

/** Four pads of a circuit board, one of them lit. */
const logo = html`<svg class="logo" viewBox="0 0 28 28" aria-hidden="true">
  <rect x="1" y="1" width="26" height="26" rx="7" />
  <circle cx="9" cy="9" r="3" /><circle cx="19" cy="9" r="3" class="lit" />
  <circle cx="9" cy="19" r="3" /><circle cx="19" cy="19" r="3" />
</svg>`;

export interface HeaderParts {
  readonly language: Language;
  /** The name of the switch between languages, for screen readers. */
  readonly languageLabel: string;
  readonly chooseLanguage: (language: Language) => void;
  /** Items of a list: the connection, and other facts of the page. */
  readonly facts?: unknown;
  /** Who is signed in. */
  readonly session?: unknown;
  /** Lets others in. */
  readonly share?: { readonly label: string; readonly open: () => void };
  /** Ways to other pages. */
  readonly links?: unknown;
}

/** The header of every page. */
export function header({ facts, session, links, share, ...languages }: HeaderParts): TemplateResult {
  return html`
    <header class="top">
      <h1>${logo}Pinhub</h1>
      <ul class="facts">${facts}</ul>
      ${session}
      <nav>${links}${share ? shareButton(share) : nothing}${languageSwitch(languages)}</nav>
    </header>`;
}

/** Three nodes, joined. */
const shareIcon = html`<svg viewBox="0 0 20 20" aria-hidden="true">
  <path d="M6 10l8-5M6 10l8 5" /><circle cx="5" cy="10" r="2.5" /><circle cx="15" cy="4.5" r="2.5" /><circle cx="15" cy="15.5" r="2.5" />
</svg>`;

function shareButton({ label, open }: NonNullable<HeaderParts['share']>): TemplateResult {
  return html`<button type="button" class="share" aria-haspopup="dialog" @click=${open}>${shareIcon}<span>${label}</span></button>`;
}

function languageSwitch(parts: Omit<HeaderParts, 'facts' | 'session' | 'links' | 'share'>): TemplateResult {
  const option = (tag: Language) => html`
    <button type="button" lang=${tag} aria-label="${nameOf(tag).short} ${nameOf(tag).name}"
      aria-pressed=${parts.language === tag}
      @click=${() => parts.chooseLanguage(tag)}>${nameOf(tag).short}</button>`;
  return html`<div class="languages" role="group" aria-label=${parts.languageLabel}>
    ${LANGUAGE_TAGS.map(option)}</div>`;
}
