import { html, svg, type TemplateResult } from 'lit';
import type { Offer } from '../board/part-gesture.ts';

const LED_INKS: Readonly<Record<string, string>> = {
  red: '#e5352c',
  green: '#2fae4f',
  yellow: '#e9bb16',
  blue: '#2f6fe8',
  white: '#f4f4f0',
};

/** A small picture of a part. */
export function iconOf({ kind, variant }: Offer): TemplateResult {
  return html`<svg class="part-icon" viewBox="0 0 32 32" aria-hidden="true">${drawingOf(kind, variant)}</svg>`;
}

function drawingOf(kind: string, variant: string): TemplateResult<2> {
  switch (kind) {
    case 'led':
      return lamp(LED_INKS[variant] ?? '#e5352c');
    case 'rgb':
      return svg`${lamp('#e8e8ea')}<circle cx="13.5" cy="9" r="2.4" fill="#e5352c" /><circle cx="18.5" cy="9" r="2.4" fill="#2fae4f" /><circle cx="16" cy="13" r="2.4" fill="#2f6fe8" />`;
    case 'resistor':
      return svg`<path class="lead" d="M1 16h30" /><rect x="7" y="11" width="18" height="10" rx="4" fill="#d5b597" /><path d="M12 11v10M16 11v10M20 11v10" stroke="#a3271b" stroke-width="2" />`;
    case 'button':
      return svg`<rect x="6" y="6" width="20" height="20" rx="2" fill="#c9cdd2" stroke="#666" /><circle cx="16" cy="16" r="6.5" fill="#2f7de1" />`;
    case 'buzzer':
      return svg`<circle cx="16" cy="15" r="11" fill="#1a1a1a" stroke="#888" /><circle cx="16" cy="15" r="2.5" fill="#ccc" />`;
    case 'servo':
      return svg`<rect x="9" y="12" width="20" height="13" rx="2" fill="#4a5a78" /><circle cx="15" cy="18" r="5" fill="#9aa3b5" /><path d="M15 18L9 5" stroke="#e9ebee" stroke-width="4" stroke-linecap="round" />`;
    case 'potentiometer':
      return svg`<rect x="4" y="4" width="24" height="24" rx="2" fill="#045881" /><circle cx="16" cy="15" r="8.5" fill="#e4e8eb" /><path d="M16 15L20 9" stroke="#333" stroke-width="2" />`;
    default:
      return svg`<rect x="6" y="6" width="20" height="20" rx="3" fill="#888" />`;
  }
}

function lamp(ink: string): TemplateResult<2> {
  return svg`<path class="lead" d="M13 20v11M19 20v8" /><path d="M9 20V11a7 7 0 0 1 14 0v9z" fill=${ink} stroke="rgb(0 0 0 / 45%)" /><rect x="7.5" y="19" width="17" height="3" rx="1" fill=${ink} stroke="rgb(0 0 0 / 45%)" />`;
}
