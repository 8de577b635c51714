import { html, nothing, type TemplateResult } from 'lit/html.js';
import type { Connection } from '../../hub/client/hub-client.ts';
import type { Identity } from '../../hub/client/identity.ts';
import { roleName, type SharedWords } from './words.ts';

export interface SessionViewParts {
  readonly identity: Identity | undefined;
  readonly connection: Connection;
  /** Whether the visitor may set nothing on the page. */
  readonly isWatching: boolean;
  readonly signOut: () => void;
  /** Whether administrators see a link to their page here, on a phone, where the header has no room for it. Default false. */
  readonly leadsToAdmin?: boolean;
}

/** The accounts of the links that a hub makes: they are not people's names. */
const OF_A_LINK = /^class-teacher$|\blink-(to|for)-/;

/** The user's name, and a button to sign out; nothing if the hub asks nobody to log in, or no longer knows who this is. */
export function sessionView(words: SharedWords, parts: SessionViewParts): TemplateResult | typeof nothing {
  const { identity, connection, isWatching, signOut, leadsToAdmin = false } = parts;
  const isOver = connection.status === 'offline' && connection.final;
  if (!identity || isOver || identity.how === 'open') return nothing;
  const { name, role, how } = identity;
  const { tell } = words;
  const called = roleName(words, role);
  return html`
    <div class="session">
      ${isWatching ? watchBadge(words) : nothing}
      ${
        OF_A_LINK.test(name)
          ? html`<p class="person"><b>${called}</b></p>`
          : html`<p class="person" title=${tell.signedInAs(name)}><b>${name}</b> <span>${called}</span></p>`
      }
      ${leadsToAdmin && role === 'admin' ? html`<a class="to-admin" href="admin">${tell.pages.admin}</a>` : nothing}
      ${how === 'login' ? signOutButton(words, connection, signOut) : nothing}
    </div>
  `;
}

/** A badge with an eye: the visitor may only watch. */
export function watchBadge({ tell }: SharedWords): TemplateResult {
  return html`<span class="watching" title=${tell.watchOnlyHint}>${eye}${tell.watchOnly}</span>`;
}

/** While the hub is away, it cannot forget the login, so there is no button. */
function signOutButton({ tell }: SharedWords, { status }: Connection, signOut: () => void): TemplateResult {
  return html`<button type="button" class="sign-out" ?disabled=${status !== 'online'} @click=${signOut}>${tell.signOut}</button>`;
}

const eye = html`<svg viewBox="0 0 20 14" aria-hidden="true">
  <path d="M1 7c2-3.7 5.2-5.8 9-5.8S17 3.3 19 7c-2 3.7-5.2 5.8-9 5.8S3 10.7 1 7Z" />
  <circle cx="10" cy="7" r="2.6" />
</svg>`;
