import type { IncomingMessage } from 'node:http';
import type { EngineSocket } from './engine-socket.ts';

/** By what Engine.IO knows a connection: documented, and yet private in its types. */
export function idOf(connection: EngineSocket): string {
  return String(Reflect.get(connection, 'id'));
}

/** The connection that a request belongs to; empty where it is to begin one. */
export function sessionIdOf({ url = '' }: IncomingMessage): string {
  return queryOf(url).sid ?? '';
}

/** The query of a request as Engine.IO understands it: of a name that comes more than once, the last value counts. */
export function queryOf(url: string): Readonly<Record<string, string>> {
  return Object.fromEntries(new URL(url, 'http://localhost').searchParams);
}
