import { html, type TemplateResult } from 'lit/html.js';

const MARKED = /`([^`]+)`|\*\*([^*]+)\*\*/g;

/** Renders text with `code` between backticks, and **emphasis** between pairs of asterisks. */
export function marked(text: string): readonly unknown[] {
  const parts: unknown[] = [];
  let end = 0;
  for (const { 0: whole, 1: quoted, 2: strong, index } of text.matchAll(MARKED)) {
    parts.push(
      text.slice(end, index),
      quoted === undefined ? html`<b>${strong}</b>` : html`<code>${quoted}</code>`,
    );
    end = index + whole.length;
  }
  return [...parts, text.slice(end)];
}

/** Renders paragraphs of such text. */
export function paragraphs(texts: readonly string[]): readonly TemplateResult[] {
  return texts.map((text) => html`<p>${marked(text)}</p>`);
}
