import type { Server } from 'socket.io';
import type { EngineSocket } from './engine-socket.ts';

/**
 * Tells how long each of Engine.IO's own pings takes to the client and back, milliseconds: every 25 s for every connection, behind all that
 * was on its way to the client before.
 */
export function measureRoundTrips(io: Server, record: (ms: number) => void): void {
  io.engine.on('connection', (connection: EngineSocket) => {
    let sentAtMs: number | undefined;
    connection.on('packetCreate', ({ type }: { type: string }) => {
      if (type === 'ping') sentAtMs = performance.now();
    });
    connection.on('heartbeat', () => {
      if (sentAtMs !== undefined) record(performance.now() - sentAtMs);
      sentAtMs = undefined;
    });
  });
}
