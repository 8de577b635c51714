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

/**
 * About as many bytes as a browser's request over HTTP/1.1 has: a script does not see all the headers that a browser adds, so these are the
 * ones that every browser sends, without cookies.
 */
export function requestBytes(
  url: URL,
  { method = 'GET', body = '' }: { method?: string; body?: string } = {},
): number {
  const headers = new Headers({
    host: url.host,
    connection: 'keep-alive',
    'user-agent': navigator.userAgent,
    accept: '*/*',
    referer: url.origin,
    'accept-encoding': 'gzip, deflate, br',
    'accept-language': navigator.languages.join(','),
  });
  const line = bytesOf(`${method} ${url.pathname}${url.search} HTTP/1.1`) + LINE_END;
  return line + headerBytes(headers) + LINE_END + bytesOf(body);
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
