import type { Request } from 'express';
import type { HubError } from '../../core/error.ts';
import { type Body, statusOf } from './refuse.ts';

interface Words {
  readonly missing: string;
  readonly missingHint: string;
  readonly refused: string;
  readonly dashboard: string;
}

const EN: Words = {
  missing: 'There is no such page',
  missingHint: 'Check that the address is right.',
  refused: 'The hub refuses this',
  dashboard: 'To the dashboard',
};

const PT_BR: Words = {
  missing: 'Esta página não existe',
  missingHint: 'Confira se o endereço está certo.',
  refused: 'O hub recusou o pedido',
  dashboard: 'Ir para o painel',
};

/** The colors of the other pages. */
const STYLE = `body{background:#f2f0e9;color:#17231e;font:1rem/1.5 system-ui,sans-serif;margin:12vh auto;max-width:34rem;overflow-wrap:anywhere;padding:0 1rem;text-align:center}
h1{font-size:1.375rem}a{color:#0f5c45;display:inline-block;padding:.625rem}
@media(prefers-color-scheme:dark){body{background:#0a1310;color:#e8eee9}a{color:#63c9a0}}`;

/** Whether a person sees the answer: a browser that opens a page prefers HTML. Paths of REST answer in JSON all the same. */
export function isForPerson({ method, path, headers }: Request, basePath: string): boolean {
  const isPage = method === 'GET' && !path.startsWith(`${basePath}/api/`);
  return isPage && /^text\/html\b/i.test(headers.accept ?? '');
}

/** A page that explains an error, in the language of the browser. */
export function errorPage(error: HubError, request: Request, basePath: string): Body {
  const language = request.acceptsLanguages('en', 'pt-BR') || 'en';
  const words = language === 'pt-BR' ? PT_BR : EN;
  const isMissing = statusOf(error) === 404;
  const title = isMissing ? words.missing : words.refused;
  const more = isMissing
    ? `<p>${words.missingHint}</p><p><a href="${escapeHtml(basePath)}/">${words.dashboard}</a></p>`
    : `<p>${escapeHtml(error.message)}</p>`;
  const head = `<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark"><title>${title} · Pinhub</title><style>${STYLE}</style>`;
  const text = `<!doctype html><html lang="${language}"><head>${head}</head><body><main><h1>${title}</h1>${more}</main></body></html>`;
  return { type: 'text/html', text };
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
