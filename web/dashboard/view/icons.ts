import { html } from 'lit/html.js';

/** Small drawings for buttons. Each button also has a name in words. */
export const icons = {
  edit: html`<svg class="icon" viewBox="0 0 20 20" aria-hidden="true"><path d="M3 17l.8-3.6L13.6 3.6a1.6 1.6 0 0 1 2.3 0l.5.5a1.6 1.6 0 0 1 0 2.3L6.6 16.2 3 17zM12 5.2l2.8 2.8" /></svg>`,
  chevron: html`<svg class="icon" viewBox="0 0 20 20" aria-hidden="true"><path d="M5 12.5l5-5 5 5" /></svg>`,
  star: html`<svg class="icon star" viewBox="0 0 20 20" aria-hidden="true"><path d="M10 2.6l2.3 4.7 5.1.7-3.7 3.6.9 5.1-4.6-2.4-4.6 2.4.9-5.1L2.6 8l5.1-.7z" /></svg>`,
  eye: html`<svg class="icon" viewBox="0 0 20 20" aria-hidden="true"><path d="M1.5 10c2-3.7 4.9-5.6 8.5-5.6s6.5 1.9 8.5 5.6c-2 3.7-4.9 5.6-8.5 5.6S3.5 13.7 1.5 10z" /><circle cx="10" cy="10" r="2.4" /></svg>`,
  eyeOff: html`<svg class="icon" viewBox="0 0 20 20" aria-hidden="true"><path d="M1.5 10c2-3.7 4.9-5.6 8.5-5.6s6.5 1.9 8.5 5.6c-2 3.7-4.9 5.6-8.5 5.6S3.5 13.7 1.5 10zM4 17L16 3" /></svg>`,
  grip: html`<svg class="icon grip" viewBox="0 0 20 20" aria-hidden="true"><path d="M7 4h.01M13 4h.01M7 10h.01M13 10h.01M7 16h.01M13 16h.01" /></svg>`,
  search: html`<svg class="icon" viewBox="0 0 20 20" aria-hidden="true"><circle cx="8.5" cy="8.5" r="5.5" /><path d="M12.7 12.7L17.5 17.5" /></svg>`,
} as const;
