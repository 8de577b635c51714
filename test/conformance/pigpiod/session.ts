import { Board, type BoardOptions } from '../../../simulator/board/board.ts';
import { createPigpiodServer, type PigpiodOptions } from '../../../simulator/pigpiod/server.ts';
import { type Programs, programsFor } from './programs.ts';

/** A virtual Pi with its daemon, and the programs that connect to it. */
export interface Session extends Omit<Programs, 'kill'> {
  readonly board: Board;
  readonly port: number;
  /** Ends programs that still run, and closes the daemon. */
  close(): Promise<void>;
}

/** Starts a virtual Pi, or uses a given board, and its daemon on a free port. */
export async function openSession(
  options: BoardOptions & Partial<Omit<PigpiodOptions, 'port'>> = {},
): Promise<Session> {
  const { board = new Board(options) } = options;
  const server = createPigpiodServer({ ...options, board, port: 0 });
  const { port } = await server.listen();
  const { kill, ...programs } = programsFor(port);
  return {
    ...programs,
    board,
    port,
    async close() {
      kill();
      await server.close();
      board.close();
    },
  };
}
