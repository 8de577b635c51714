import { html, nothing, type TemplateResult } from 'lit/html.js';
import type { Connection } from '../../hub/client/hub-client.ts';
import type { Identity } from '../../hub/client/identity.ts';
import type { Language } from '../languages/index.ts';
import { header } from './header.ts';
import { type PageName, pageLinks } from './page-links.ts';
import { sessionView } from './session-view.ts';
import { isInTheWay, type Trouble } from './trouble.ts';
import { lostBanner, notice, outdatedBanner, type WaysOut } from './trouble-view.ts';
import type { SharedWords } from './words.ts';

/** What a page knows about the hub and its visitor. */
export interface Standing {
  readonly connection: Connection;
  readonly trouble: Trouble | undefined;
  readonly identity: Identity | undefined;
  /** Whether the hub serves another version of the page. */
  readonly isOutdated: boolean;
  /** Whether signing out has failed. */
  readonly hasStayed: boolean;
  readonly chooseLanguage: (language: Language) => void;
  readonly signOut: () => void;
  readonly reconnect: () => void;
}

interface WholePageParts {
  readonly here: PageName;
  readonly title: string;
  /** The page's own message, if there is none about the hub. */
  readonly banner?: TemplateResult | typeof nothing;
  readonly content: () => unknown;
}

/** A whole page: the header, the most serious message, and the content, or the reason why there is none. */
export function wholePage(
  words: SharedWords,
  standing: Standing,
  { here, title, banner = nothing, content }: WholePageParts,
): TemplateResult {
  const { connection, identity, trouble, chooseLanguage, signOut } = standing;
  return html`
    ${header({
      language: words.language,
      languageLabel: words.tell.language,
      chooseLanguage,
      facts: html`<li class="connection" data-status=${connection.status}>${title}</li>`,
      session: sessionView(words, { identity, connection, isWatching: false, signOut }),
      links: pageLinks(words, { here, role: identity?.role ?? '' }),
    })}
    <div role="status">${bannerOf(words, standing) ?? banner}</div>
    <main ?data-stale=${trouble !== undefined}>
      ${isInTheWay(trouble) ? notice(words, trouble, waysOut(standing)) : content()}
    </main>`;
}

/** The ways out of trouble that are open to the visitor. */
export function waysOut({ identity, reconnect, signOut }: Standing): WaysOut {
  return { reconnect, signOut: identity?.how === 'login' ? signOut : undefined };
}

/** What such a page sets is never sent later: it waits for the hub's answer. */
function bannerOf(
  words: SharedWords,
  { trouble, isOutdated, hasStayed, reconnect }: Standing,
): TemplateResult | undefined {
  if (trouble?.is === 'lost') return lostBanner(words, { trouble, isWatching: true });
  if (isOutdated) return outdatedBanner(words, reconnect);
  return hasStayed ? html`<div class="banner">${words.tell.notSignedOut}</div>` : undefined;
}
