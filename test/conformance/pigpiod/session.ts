import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { Board, type BoardOptions } from '../../../simulator/board/board.ts';
import { createPigpiodServer, type PigpiodOptions } from '../../../simulator/pigpiod/server.ts';

/** A virtual Pi with its daemon, and the programs that speak to it. */
export interface Session {
  readonly board: Board;
  readonly port: number;
  /** Runs `pigs` with words of its language; resolves to what it printed, errors after the results. */
  pigs(...words: (string | number)[]): Promise<string[]>;
  /** Starts a Python program that finds the daemon as it would on a Pi. */
  python(source: string): Script;
  /** Starts a program that finds the daemon so. */
  run(command: string): Script;
  /** Ends what still runs, and closes the daemon. */
  close(): Promise<void>;
}

/** A program that is running. */
export interface Script {
  /** The next line that it prints. Rejects, with what it wrote to standard error, where it has ended. */
  line(): Promise<string>;
  /** Gives it a line to read. */
  tell(text: string): void;
  /** Resolves to what else it printed when it has ended well; rejects with its standard error otherwise. */
  done(): Promise<string[]>;
}

/** Starts a virtual Pi, or a board that is given, and its daemon on a free port. */
export async function openSession(
  options: BoardOptions & Partial<Omit<PigpiodOptions, 'port'>> = {},
): Promise<Session> {
  const { board = new Board(options) } = options;
  const server = createPigpiodServer({ ...options, board, port: 0 });
  const { port } = await server.listen();
  const children = new Set<ChildProcess>();

  const start = (command: string, args: readonly string[]): Script => {
    const child = spawn(command, args, {
      env: { ...process.env, PIGPIO_PORT: `${port}`, PIGPIO_ADDR: '127.0.0.1', PYTHONUNBUFFERED: '1' },
    });
    children.add(child);
    child.once('close', () => children.delete(child));
    return follow(child);
  };

  return {
    board,
    port,
    async pigs(...words) {
      const child = spawn('pigs', words.map(String), { env: { ...process.env, PIGPIO_PORT: `${port}` } });
      const [results, errors] = await Promise.all([text(child.stdout), text(child.stderr)]);
      return [...results, ...errors];
    },
    python: (source) => start('/usr/bin/python3', ['-W', 'ignore', '-c', source]),
    run: (command) => start(command, []),
    async close() {
      for (const child of children) child.kill('SIGKILL');
      await server.close();
      board.close();
    },
  };
}

function follow(child: ChildProcess): Script {
  const lines: string[] = [];
  const waiting: ((line: string) => void)[] = [];
  let complaint = '';
  child.stderr?.on('data', (bytes) => {
    complaint += bytes;
  });
  if (child.stdout) {
    createInterface(child.stdout).on('line', (line) => {
      const next = waiting.shift();
      if (next) next(line);
      else lines.push(line);
    });
  }
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  const failure = () => new Error(`the program has ended: ${complaint.trim() || 'it wrote no error'}`);
  return {
    line() {
      const line = lines.shift();
      if (line !== undefined) return Promise.resolve(line);
      return new Promise((resolve, reject) => {
        waiting.push(resolve);
        void ended.then(() => reject(failure()));
      });
    },
    tell: (line) => child.stdin?.write(`${line}\n`),
    async done() {
      child.stdin?.end();
      if ((await ended) !== 0) throw failure();
      return lines;
    },
  };
}

async function text(stream: NodeJS.ReadableStream): Promise<string[]> {
  let all = '';
  for await (const bytes of stream) all += bytes;
  return all.split('\n').filter((line) => line !== '');
}
