import { html, nothing, render, svg, type TemplateResult } from 'lit/html.js';
import { BehaviorSubject, Subject, Subscription } from 'rxjs';
import { type InLanguages, inLanguages } from '../../languages/index.ts';
import { copyButton } from '../copy-button.ts';
import { roleName, type SharedWords } from '../words.ts';
import { chosenLink, type Shown } from './chosen-link.ts';
import { askOffer, askToken, type Offer, qrPath } from './share.ts';

type Sharing = typeof import('../../languages/en/share.ts')['sharing'];

const SHARING: InLanguages<Sharing> = inLanguages(
  import.meta.glob<Sharing>('../../languages/*/share.ts', { eager: true, import: 'sharing' }),
);

interface State {
  readonly offer: Offer;
  readonly shown: Shown;
}

interface DialogParts extends State {
  readonly words: SharedWords;
  readonly choose: (role: string) => void;
  readonly close: () => void;
}

/** Opens the dialog for sharing: a link and a QR code for each role that one may give. */
export async function openShareDialog(words: SharedWords): Promise<void> {
  const dialog = document.createElement('dialog');
  dialog.className = 'share-dialog';
  dialog.setAttribute('aria-labelledby', 'share-title');
  const state$ = new BehaviorSubject<State>({
    offer: { roles: [], addresses: [] },
    shown: { is: 'asking' },
  });
  const show = (change: Partial<State>) => state$.next({ ...state$.value, ...change });
  const role$ = new Subject<string | undefined>();
  const choose = (role: string | undefined) => role$.next(role);
  const running = new Subscription();
  running.add(
    state$.subscribe((state) =>
      render(dialogView({ ...state, words, choose, close: () => dialog.close() }), dialog),
    ),
  );
  dialog.addEventListener('close', () => {
    running.unsubscribe();
    dialog.remove();
  });
  document.body.append(dialog);
  dialog.showModal();
  const offer = await askOffer();
  if (!offer) return show({ shown: { is: 'failed' } });
  show({ offer });
  running.add(chosenLink(role$, offer, { location, askToken }).subscribe((shown) => show({ shown })));
  choose(offer.roles[0]);
}

function dialogView({ words, offer, shown, choose, close }: DialogParts): TemplateResult {
  const sharing = SHARING[words.language];
  return html`
    <header>
      <h2 id="share-title">${sharing.title}</h2>
      <button type="button" class="share-close" aria-label=${sharing.close} @click=${close}>×</button>
    </header>
    ${offer.roles.length > 0 && shown.is !== 'unreachable' ? rolesView(words, offer, choose) : nothing}
    <div role="status">${shownView(words, shown)}</div>`;
}

function rolesView(words: SharedWords, { roles }: Offer, choose: DialogParts['choose']): TemplateResult {
  const sharing = SHARING[words.language];
  return html`
    <fieldset class="share-roles">
      <legend>${sharing.role}</legend>
      ${roles.map(
        (role, index) => html`<label>
          <input type="radio" name="share-role" value=${role} ?checked=${index === 0} @change=${() => choose(role)}>
          <span>${roleName(words, role)}</span></label>`,
      )}
    </fieldset>`;
}

function shownView(words: SharedWords, shown: Shown): TemplateResult {
  const { tell } = words;
  const sharing = SHARING[words.language];
  switch (shown.is) {
    case 'asking':
      return html`<p>…</p>`;
    case 'failed':
      return html`<p>${tell.shareFailed}</p>`;
    case 'unreachable':
      return html`<p>${sharing.onlyHere}</p><p><code>npx pinhub --host</code></p>`;
    case 'link':
      return html`
        ${qrView(shown.link, sharing.scan)}
        ${shown.role === undefined ? nothing : html`<p><strong>${roleName(words, shown.role)}</strong></p>`}
        <p class="share-link"><code>${shown.link}</code> ${copyButton(words, shown.link)}</p>
        <p>${shown.role === undefined ? sharing.ownAccount : sharing.until}</p>`;
  }
}

function qrView(link: string, label: string): TemplateResult {
  const { side, path } = qrPath(link);
  return html`<svg class="share-qr" role="img" aria-label=${label} viewBox="0 0 ${side} ${side}" shape-rendering="crispEdges">
    ${svg`<rect width=${side} height=${side} fill="#fff"></rect><path d=${path} fill="#000"></path>`}
  </svg>`;
}
