import { html, type TemplateResult } from 'lit/html.js';
import type { ClassState } from '../../../hub/client/api/class-api.ts';
import { addressForOthers } from '../../shared/share/share.ts';
import { qrView } from '../view/qr.ts';
import type { Words } from '../words.ts';

type Place = Pick<Location, 'href' | 'hostname'>;

/** The address of the class for students; `undefined` if only this machine can reach the hub. */
export function classAddress(place: Place, { addresses }: Pick<ClassState, 'addresses'>): string | undefined {
  const hub = addressForOthers(place, addresses);
  return hub && `${hub}class`;
}

interface DoorParts {
  readonly code: string;
  /** `undefined` if only this machine can reach the hub. */
  readonly address: string | undefined;
}

/** How students join, large enough for the last row: address, code, and both as a QR code. */
export function projectorView({ say }: Words, { code, address }: DoorParts): TemplateResult {
  const typed = html`<p class="big-code"><code aria-label=${[...code].join(' ')}>${code}</code></p>`;
  if (address === undefined)
    return html`<section class="projector panel"><div>${typed}<p>${say.onlyHere}</p></div></section>`;
  return html`<section class="projector panel">
    <div>
      <p>${say.goTo}</p>
      <p class="address"><code>${address.replace(/^http:\/\//, '')}</code></p>
      <p>${say.typeCode}</p>
      ${typed}
      <p>${say.orScan}</p>
    </div>
    ${qrView(`${address}?code=${code}`, say.qr)}
  </section>`;
}
