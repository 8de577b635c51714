import { HubError, quote } from '../../../hub/core/error.ts';

const encoder = new TextEncoder();

/** A line of HTTP ends with CR and LF, and so do the headers as a whole. */
const LINE_END = 2;
const COLON_AND_SPACE = 2;

/** The bytes of a text in UTF-8. */
export function bytesOf(text: string): number {
  return encoder.encode(text).byteLength;
}

/** The bytes of an answer over HTTP/1.1: status line, headers, body. */
export function answerBytes(
  response: Pick<Response, 'status' | 'statusText' | 'headers'>,
  body: string,
): number {
  const status = bytesOf(`HTTP/1.1 ${response.status} ${response.statusText}`) + LINE_END;
  return status + headerBytes(response.headers) + LINE_END + bytesOf(body);
}

/** How long the heads of this page's requests are, as the hub has counted them when they arrived: those of other requests differ in little. */
export interface Heads {
  /** The head of a GET, as it arrived. What lets somebody in is masked, as long as it was. */
  readonly text: string;
  /** Without the path, bytes. */
  readonly getBytes: number;
  /** Without the path and the figures of the length, bytes. */
  readonly postBytes: number;
}

const ONE_BYTE = 'x';

/** Asks the hub at an address. Rejects with `protocol/violation` if the answer is no head. */
export async function readHeads(address: string): Promise<Heads> {
  const url = new URL('api/request', address);
  const get = await askForHead(url, {});
  const post = await askForHead(url, { method: 'POST', body: ONE_BYTE });
  return {
    text: get.head,
    getBytes: get.bytes - pathBytes(url),
    postBytes: post.bytes - pathBytes(url) - figuresOf(ONE_BYTE),
  };
}

/** As the requests that are measured, or their headers would be others. */
async function askForHead(
  url: URL,
  init: RequestInit,
): Promise<{ readonly head: string; readonly bytes: number }> {
  const response = await fetch(url, { ...init, cache: 'no-store' });
  const answer: unknown = await response.json();
  const { head, bytes }: Record<string, unknown> = Object(answer);
  if (typeof head === 'string' && typeof bytes === 'number') return { head, bytes };
  throw new HubError('protocol/violation', `${quote(answer)} is no head of a request`);
}

function pathBytes({ pathname, search }: URL): number {
  return bytesOf(pathname + search);
}

/** The figures of the header that says how long a body is. */
function figuresOf(body: string): number {
  return String(bytesOf(body)).length;
}

/** The bytes of a request over HTTP/1.1. */
export function requestBytes(
  { getBytes, postBytes }: Heads,
  url: URL,
  { method = 'GET', body = '' }: { readonly method?: string; readonly body?: string } = {},
): number {
  const head = method === 'GET' ? getBytes : postBytes + figuresOf(body);
  return head + pathBytes(url) + bytesOf(body);
}

/** The headers that a browser sends with every request, those that open a WebSocket included. */
const COMMON = /^(host|user-agent|accept-encoding|accept-language|cache-control|pragma|cookie|dnt):/i;

/** What the hub answers: the value of the third header is 28 characters long (RFC 6455, 4.2.2). */
const SWITCHING = [
  'HTTP/1.1 101 Switching Protocols',
  'Upgrade: websocket',
  'Connection: Upgrade',
  `Sec-WebSocket-Accept: ${'x'.repeat(28)}`,
];

/**
 * About as many bytes as the request has that opens a WebSocket, and its answer: no script and no page sees it, so it is worked out from another
 * request, and from what RFC 6455, 4.1, asks for.
 */
export function upgradeBytes({ text }: Pick<Heads, 'text'>, { origin, pathname, search }: URL): number {
  const request = [
    `GET ${pathname}${search} HTTP/1.1`,
    ...text.split('\r\n').filter((line) => COMMON.test(line)),
    'Connection: Upgrade',
    'Upgrade: websocket',
    `Origin: ${origin.replace(/^ws/, 'http')}`,
    'Sec-WebSocket-Version: 13',
    `Sec-WebSocket-Key: ${'x'.repeat(24)}`,
    'Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits',
  ];
  return linesBytes(request) + linesBytes(SWITCHING);
}

/** The bytes of a head, its empty line included. */
function linesBytes(lines: readonly string[]): number {
  return lines.reduce((sum, line) => sum + bytesOf(line) + LINE_END, LINE_END);
}

function headerBytes(headers: Headers): number {
  let sum = 0;
  headers.forEach((value, name) => {
    sum += bytesOf(name) + COLON_AND_SPACE + bytesOf(value) + LINE_END;
  });
  return sum;
}

/** The bytes of a frame of a WebSocket (RFC 6455, 5.2): two, two more from 126 bytes on, and four for the mask of what a client sends. */
export function frameBytes(text: string, from: 'client' | 'hub'): number {
  const length = bytesOf(text);
  return 2 + (length > 125 ? 2 : 0) + (from === 'client' ? 4 : 0) + length;
}
