import { html, nothing, render, svg, type TemplateResult } from 'lit/html.js';
import { BehaviorSubject } from 'rxjs';
import { roleName, type SharedWords } from '../words.ts';
import { addressForOthers, askOffer, askToken, type Offer, qrPath, withToken } from './share.ts';

/** What the dialogue shows. */
type Shown =
  | { readonly is: 'asking' }
  | { readonly is: 'failed' }
  /** Nobody else can reach the hub. */
  | { readonly is: 'unreachable' }
  | { readonly is: 'link'; readonly link: string; readonly role: string | undefined };

interface State {
  readonly offer: Offer;
  readonly shown: Shown;
}

interface DialogParts extends State {
  readonly words: SharedWords;
  readonly choose: (role: string) => void;
  readonly close: () => void;
}

/** Opens the dialogue in which one lets others in: a link and a QR code for each role that one may give. */
export async function openShareDialog(words: SharedWords): Promise<void> {
  const dialog = document.createElement('dialog');
  dialog.className = 'share-dialog';
  dialog.setAttribute('aria-labelledby', 'share-title');
  const state$ = new BehaviorSubject<State>({
    offer: { roles: [], addresses: [] },
    shown: { is: 'asking' },
  });
  const show = (change: Partial<State>) => state$.next({ ...state$.value, ...change });
  const choose = (role: string | undefined) =>
    void findLink(state$.value.offer, role).then((shown) => show({ shown }));
  const drawing = state$.subscribe((state) =>
    render(dialogView({ ...state, words, choose, close: () => dialog.close() }), dialog),
  );
  dialog.addEventListener('close', () => {
    drawing.unsubscribe();
    dialog.remove();
  });
  document.body.append(dialog);
  dialog.showModal();
  const offer = await askOffer();
  if (!offer) return show({ shown: { is: 'failed' } });
  show({ offer });
  choose(offer.roles[0]);
}

async function findLink({ addresses }: Offer, role: string | undefined): Promise<Shown> {
  const address = addressForOthers(location, addresses);
  if (address === undefined) return { is: 'unreachable' };
  if (role === undefined) return { is: 'link', link: address, role };
  const token = await askToken(role);
  return token === undefined ? { is: 'failed' } : { is: 'link', link: withToken(address, token), role };
}

function dialogView({ words, offer, shown, choose, close }: DialogParts): TemplateResult {
  const { tell } = words;
  return html`
    <header>
      <h2 id="share-title">${tell.shareTitle}</h2>
      <button type="button" class="share-close" aria-label=${tell.shareClose} @click=${close}>×</button>
    </header>
    ${offer.roles.length > 0 && shown.is !== 'unreachable' ? rolesView(words, offer, choose) : nothing}
    <div role="status">${shownView(words, shown)}</div>`;
}

function rolesView(words: SharedWords, { roles }: Offer, choose: DialogParts['choose']): TemplateResult {
  return html`
    <fieldset class="share-roles">
      <legend>${words.tell.shareRole}</legend>
      ${roles.map(
        (role, index) => html`<label>
          <input type="radio" name="share-role" value=${role} ?checked=${index === 0} @change=${() => choose(role)}>
          <span>${roleName(words, role)}</span></label>`,
      )}
    </fieldset>`;
}

function shownView({ tell }: SharedWords, shown: Shown): TemplateResult {
  switch (shown.is) {
    case 'asking':
      return html`<p>…</p>`;
    case 'failed':
      return html`<p>${tell.shareFailed}</p>`;
    case 'unreachable':
      return html`<p>${tell.shareOnlyHere}</p><p><code>npx pinhub --host 0.0.0.0</code></p>`;
    case 'link':
      return html`
        ${qrView(shown.link, tell.shareScan)}
        <p class="share-link"><code>${shown.link}</code> ${copyButton(tell.shareCopy, shown.link)}</p>
        <p>${shown.role === undefined ? tell.shareOwnAccount : tell.shareUntil}</p>`;
  }
}

function qrView(link: string, label: string): TemplateResult {
  const { side, path } = qrPath(link);
  return html`<svg class="share-qr" role="img" aria-label=${label} viewBox="0 0 ${side} ${side}" shape-rendering="crispEdges">
    ${svg`<rect width=${side} height=${side} fill="#fff"></rect><path d=${path} fill="#000"></path>`}
  </svg>`;
}

/** Browsers have a clipboard for pages only over HTTPS, or on the hub's own machine. */
function copyButton(label: string, link: string): TemplateResult | typeof nothing {
  const clipboard: Clipboard | undefined = navigator.clipboard;
  if (!clipboard) return nothing;
  return html`<button type="button" @click=${() => void clipboard.writeText(link)}>${label}</button>`;
}
