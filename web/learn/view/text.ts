import { html, type TemplateResult } from 'lit/html.js';

const MARKED = /`([^`]+)`|\*\*([^*]+)\*\*/g;

/** Renders text with `code` between backticks, and **emphasis** between pairs of asterisks. */
export function marked(text: string): readonly unknown[] {
  const parts: unknown[] = [];
  let end = 0;
  for (const { 0: whole, 1: quoted, 2: strong, index } of text.matchAll(MARKED)) {
    parts.push(
      text.slice(end, index),
      quoted === undefined ? html`<b>${strong}</b>` : html`<code>${inLevels(quoted)}</code>`,
    );
    end = index + whole.length;
  }
  return [...parts, text.slice(end)];
}

/** Text that breaks after slashes, rather than inside the words of a topic. */
export function inLevels(text: string): readonly unknown[] {
  return text.split('/').map((level, index) => (index === 0 ? level : html`/<wbr>${level}`));
}

/** Renders paragraphs of such text. */
export function paragraphs(texts: readonly string[]): readonly TemplateResult[] {
  return texts.map((text) => html`<p>${marked(text)}</p>`);
}
