import { marked, Parser, Renderer, type Token, type Tokens } from 'marked';
import { highlight } from './highlight.ts';
import { type Places, resolveLink } from './links.ts';
import type { Source } from './sources.ts';

/** A heading, and the text below it up to the next one. */
export interface Section {
  /** Its anchor on the page; empty for the page's own title. */
  readonly id: string;
  readonly depth: number;
  readonly title: string;
  readonly text: string;
}

/** A page as HTML. */
export interface Article {
  readonly html: string;
  readonly sections: readonly Section[];
}

/** Renders a page. Throws if it has raw HTML, which GitHub and this site would show differently. */
export function renderArticle(source: Source, places: Places): Article {
  const tokens = marked.lexer(source.text);
  const sections = sectionsOf(tokens);
  return { html: Parser.parse(tokens, { renderer: new ArticleRenderer(source, places) }), sections };
}

class ArticleRenderer extends Renderer {
  readonly #source: Source;
  readonly #places: Places;
  readonly #anchors = new Anchors();

  constructor(source: Source, places: Places) {
    super();
    this.#source = source;
    this.#places = places;
  }

  override heading({ tokens, depth }: Tokens.Heading): string {
    const text = this.parser.parseInline(tokens);
    if (depth === 1) return `<h1>${text}</h1>\n`;
    const id = this.#anchors.next(plainText(tokens));
    const anchor = `<a class="anchor" href="#${id}" aria-hidden="true" tabindex="-1">#</a>`;
    return `<h${depth} id="${id}">${text} ${anchor}</h${depth}>\n`;
  }

  override link({ href, tokens }: Tokens.Link): string {
    const address = escapeHtml(resolveLink(href, this.#source, this.#places));
    return `<a href="${address}">${this.parser.parseInline(tokens)}</a>`;
  }

  override image({ href, text }: Tokens.Image): string {
    const address = escapeHtml(resolveLink(href, this.#source, this.#places));
    return `<img src="${address}" alt="${escapeHtml(text)}">`;
  }

  override code({ text, lang }: Tokens.Code): string {
    return `<pre><code>${highlight(text, lang || undefined)}</code></pre>\n`;
  }

  override table(token: Tokens.Table): string {
    return `<div class="table">${super.table(token)}</div>\n`;
  }

  override html({ raw }: Tokens.HTML | Tokens.Tag): string {
    throw new Error(`${this.#source.path} has raw HTML: ${raw.trim()}`);
  }
}

/** Creates the anchors of a page's headings by GitHub's rules. */
class Anchors {
  readonly #used = new Map<string, number>();

  next(heading: string): string {
    const words = heading.toLowerCase().replace(/[^\p{L}\p{N} _-]/gu, '');
    const anchor = words.replaceAll(' ', '-');
    const before = this.#used.get(anchor) ?? 0;
    this.#used.set(anchor, before + 1);
    return before === 0 ? anchor : `${anchor}-${before}`;
  }
}

function sectionsOf(tokens: readonly Token[]): readonly Section[] {
  const anchors = new Anchors();
  const sections: { id: string; depth: number; title: string; text: string }[] = [];
  for (const token of tokens) {
    if (token.type === 'heading') {
      const title = plainText(token.tokens ?? []);
      sections.push({
        id: token.depth === 1 ? '' : anchors.next(title),
        depth: token.depth,
        title,
        text: '',
      });
    } else {
      const section = sections.at(-1);
      if (section) section.text = `${section.text} ${plainText([token])}`.trim();
    }
  }
  return sections;
}

/** Returns the words of tokens without their markup. Spaces separate blocks, cells and items. */
function plainText(tokens: readonly Token[]): string {
  return tokens.map(wordsOf).join('').replace(/\s+/g, ' ').trim();
}

function wordsOf(token: Token): string {
  if (token.type === 'table') {
    const { header, rows } = token as Tokens.Table;
    return [...header, ...rows.flat()].map((cell) => plainText(cell.tokens)).join(' ');
  }
  if (token.type === 'list')
    return (token as Tokens.List).items.map((item) => plainText(item.tokens)).join(' ');
  if ('tokens' in token && token.tokens) return plainInline(token);
  return 'text' in token ? token.text : ' ';
}

/** Joins the words within a paragraph without adding spaces, because the text brings its own. */
function plainInline({ tokens = [] }: Token & { tokens?: Token[] }): string {
  return tokens.map(wordsOf).join('');
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"]/g, (sign) => ENTITIES[sign] ?? sign);
}
