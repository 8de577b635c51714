import { html, type TemplateResult } from 'lit/html.js';
import type { Words } from '../words.ts';

/** A time as people read it. */
export function moment(words: Words, time: string): TemplateResult {
  return html`<time datetime=${time}>${words.moment(Date.parse(time))}</time>`;
}

/** Bytes in the unit that suits them. */
export function bytes({ number }: Words, count: number): string {
  if (count < 1_000) return `${number(count)} B`;
  if (count < 1_000_000) return `${number(count / 1_000)} kB`;
  return count < 1_000_000_000 ? `${number(count / 1_000_000)} MB` : `${number(count / 1_000_000_000)} GB`;
}
