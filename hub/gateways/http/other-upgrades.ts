import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';

const ANSWER = 'HTTP/1.1 404 Not Found\r\nConnection: close\r\nContent-Length: 0\r\n\r\n';

/** Turns away who wants to speak another protocol than HTTP where none is spoken: at all but these paths, and what is under those with a slash at their end. */
export function refuseOtherUpgrades(server: Server, paths: readonly string[]): void {
  server.on('upgrade', ({ url = '' }: IncomingMessage, socket: Duplex) => {
    const wanted = url.split('?', 1)[0] ?? '';
    if (paths.some((path) => wanted === path || (path.endsWith('/') && wanted.startsWith(path)))) return;
    socket.on('error', () => socket.destroy()); // The client left before it heard.
    socket.end(ANSWER, () => socket.destroy());
  });
}
