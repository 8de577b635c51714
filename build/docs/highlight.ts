import hljs from 'highlight.js/lib/core';
import bash from 'highlight.js/lib/languages/bash';
import ini from 'highlight.js/lib/languages/ini';
import javascript from 'highlight.js/lib/languages/javascript';
import json from 'highlight.js/lib/languages/json';
import nginx from 'highlight.js/lib/languages/nginx';
import plaintext from 'highlight.js/lib/languages/plaintext';
import python from 'highlight.js/lib/languages/python';
import shell from 'highlight.js/lib/languages/shell';
import yaml from 'highlight.js/lib/languages/yaml';

const LANGUAGES = { bash, ini, javascript, json, nginx, plaintext, python, shell, yaml };
for (const [name, grammar] of Object.entries(LANGUAGES)) hljs.registerLanguage(name, grammar);

/** The grammars of languages whose names at fences differ from the names of their grammars. There is no grammar for Caddy's files and templates. */
const NAMES: Readonly<Record<string, string>> = {
  js: 'javascript',
  text: 'plaintext',
  caddyfile: 'plaintext',
  jinja: 'plaintext',
};

/** Renders code as HTML with syntax highlighting. Code without a language, as in an indented block, is a command or JSON. Throws for an unknown language. */
export function highlight(code: string, language = guess(code)): string {
  const name = NAMES[language] ?? language;
  if (!hljs.getLanguage(name)) throw new Error(`no grammar for a block of code in ${language}`);
  return hljs.highlight(code, { language: name }).value;
}

function guess(code: string): string {
  if (code.startsWith('{')) return 'json';
  return code.startsWith('$ ') ? 'shell' : 'bash';
}
