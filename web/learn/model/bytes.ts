import { HubError, quote } from '../../../hub/core/error.ts';

const encoder = new TextEncoder();

/** CR and LF, at the end of each HTTP line and again after the headers. */
const LINE_END = 2;
const COLON_AND_SPACE = 2;

/** The length of a text in UTF-8, bytes. */
export function bytesOf(text: string): number {
  return encoder.encode(text).byteLength;
}

/** The size of an HTTP/1.1 response, bytes: status line, headers, body. */
export function answerBytes(
  response: Pick<Response, 'status' | 'statusText' | 'headers'>,
  body: string,
): number {
  const status = bytesOf(`HTTP/1.1 ${response.status} ${response.statusText}`) + LINE_END;
  return status + headerBytes(response.headers) + LINE_END + bytesOf(body);
}

/** The sizes of this page's request heads, as counted by the hub when they arrived. Those of other requests differ only slightly. */
export interface Heads {
  /** The head of a GET, as it arrived. Credentials are masked but keep their length. */
  readonly text: string;
  /** Without the path, bytes. */
  readonly getBytes: number;
  /** Without the path and the digits of the content length, bytes. */
  readonly postBytes: number;
}

const ONE_BYTE = 'x';

/** Requests the heads from the hub at an address. Rejects with `protocol/violation` if the answer contains no head. */
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

/** Uses the same options as the measured requests, because otherwise the headers would differ. */
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

/** The number of digits in the content length of a body. */
function figuresOf(body: string): number {
  return String(bytesOf(body)).length;
}

/** The size of an HTTP/1.1 request, bytes. */
export function requestBytes(
  { getBytes, postBytes }: Heads,
  url: URL,
  { method = 'GET', body = '' }: { readonly method?: string; readonly body?: string } = {},
): number {
  const head = method === 'GET' ? getBytes : postBytes + figuresOf(body);
  return head + pathBytes(url) + bytesOf(body);
}

/** The headers that a browser sends with every request, including those that open a WebSocket. */
const COMMON = /^(host|user-agent|accept-encoding|accept-language|cache-control|pragma|cookie|dnt):/i;

/** The hub's response: the value of its last header is 28 characters long (RFC 6455, 4.2.2). */
const SWITCHING = [
  'HTTP/1.1 101 Switching Protocols',
  'Upgrade: websocket',
  'Connection: Upgrade',
  `Sec-WebSocket-Accept: ${'x'.repeat(28)}`,
];

/**
 * The approximate size of the request that opens a WebSocket, and of its response, bytes. No script can see these, so the size is computed from
 * another request and the requirements of RFC 6455, 4.1.
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

/** The size of a head, including its empty line, bytes. */
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

/** The size of a WebSocket frame (RFC 6455, 5.2), bytes: two plus the text, two more from 126 bytes on, and four for the mask of a client's frame. */
export function frameBytes(text: string, from: 'client' | 'hub'): number {
  const length = bytesOf(text);
  return 2 + (length > 125 ? 2 : 0) + (from === 'client' ? 4 : 0) + length;
}
