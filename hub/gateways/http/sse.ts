import type { ServerResponse } from 'node:http';

/** Begins an answer of server-sent events (HTML, 9.2). */
export function beginEventStream(response: ServerResponse): void {
  response.writeHead(200, {
    'Content-Type': 'text/event-stream; charset=utf-8',
    'Cache-Control': 'no-store',
    'X-Accel-Buffering': 'no', // nginx would collect events.
  });
}
