import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Server, Socket } from 'socket.io';
import type { EventGate } from './event-gate.ts';
import { idOf, sessionIdOf } from './session-id.ts';

/** Has who sends by long-polling wait as long as their events do: there is no stream that could be paused, but a request that is not read yet. */
export class HeldBack {
  readonly #gates = new Map<string, EventGate>();

  constructor(io: Server) {
    io.engine.use((request: IncomingMessage, _response: ServerResponse, next: () => void) => {
      const gate = request.method === 'POST' ? this.#gates.get(sessionIdOf(request)) : undefined;
      if (gate) gate.whenOpen(next);
      else next();
    });
  }

  /** Begins with a client, until it goes. */
  follow(socket: Socket, gate: EventGate): void {
    const id = idOf(socket.conn);
    this.#gates.set(id, gate);
    socket.on('disconnect', () => this.#gates.delete(id));
  }
}
