import { html, svg, type TemplateResult } from 'lit/html.js';
import { qrPath } from '../../shared/share/share.ts';

/** The QR code of a link. */
export function qrView(link: string, label: string): TemplateResult {
  const { side, path } = qrPath(link);
  return html`<svg class="qr" role="img" aria-label=${label} viewBox="0 0 ${side} ${side}" shape-rendering="crispEdges">
    ${svg`<rect width=${side} height=${side} fill="#fff"></rect><path d=${path} fill="#000"></path>`}
  </svg>`;
}
