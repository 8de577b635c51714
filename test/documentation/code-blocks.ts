import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { marked, type Tokens } from 'marked';

export const ROOT = join(import.meta.dirname, '../..');

/** Everything that people read before the code: paths in the repository. */
export const PAGES: readonly string[] = [
  'README.md',
  'README.pt-BR.md',
  'CONTRIBUTING.md',
  ...readdirSync(join(ROOT, 'docs'))
    .filter((file) => file.endsWith('.md'))
    .map((file) => `docs/${file}`),
];

export interface CodeBlock {
  readonly page: string;
  /** The language as the fence names it; `indented` for a block without a fence. */
  readonly language: string;
  readonly text: string;
}

/** All code blocks, including those in lists. */
export function readCodeBlocks(): readonly CodeBlock[] {
  return PAGES.flatMap((page) => {
    const blocks: CodeBlock[] = [];
    marked.walkTokens(marked.lexer(readFileSync(join(ROOT, page), 'utf8')), (token) => {
      if (token.type === 'code') blocks.push({ page, ...blockOf(token as Tokens.Code) });
    });
    return blocks;
  });
}

function blockOf({ codeBlockStyle, lang = '', text }: Tokens.Code): Omit<CodeBlock, 'page'> {
  return { language: codeBlockStyle === 'indented' ? 'indented' : lang, text };
}

/** Code within sentences and tables, each with its page. */
export function readCodeSpans(): readonly { readonly page: string; readonly text: string }[] {
  return PAGES.flatMap((page) => {
    const spans: { page: string; text: string }[] = [];
    marked.walkTokens(marked.lexer(readFileSync(join(ROOT, page), 'utf8')), (token) => {
      if (token.type === 'codespan') spans.push({ page, text: token.text });
    });
    return spans;
  });
}

/** The answers of a session's programs: the lines between commands. */
export function answersOf(text: string): readonly string[] {
  const [, ...exchanges] = `\n${text}`.split(/\n\$ .*/);
  return exchanges.map((answer) => answer.trim()).filter((answer) => answer !== '');
}

/** The lines that a person types: in a session only those with `$ ` in front, otherwise the whole block. */
export function commandsOf(text: string): string {
  const lines = text.split('\n');
  const typed = lines.filter((line) => line.startsWith('$ ')).map((line) => line.slice(2));
  return (typed.length > 0 ? typed : lines).join('\n');
}
