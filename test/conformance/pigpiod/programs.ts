import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/** Programs that use a pigpiod. */
export interface Programs {
  /** Runs `pigs` with words of its language; resolves to its output, errors after the results. */
  pigs(...words: (string | number)[]): Promise<string[]>;
  /** Starts a Python program that finds the daemon as it would on a Pi. */
  python(source: string): Script;
  /** Starts another program that finds the daemon in the same way. */
  run(command: string): Script;
  /** Ends programs that still run. */
  kill(): void;
}

/** A running program. */
export interface Script {
  /** The next line that it prints. Rejects with its standard error if it has ended. */
  line(): Promise<string>;
  /** Writes a line to its input. */
  tell(text: string): void;
  /** Resolves to the program's remaining output when it has ended successfully; otherwise rejects with its standard error. */
  done(): Promise<string[]>;
}

/** Programs that find the pigpiod at a port of this machine. */
export function programsFor(port: number): Programs {
  const env = { ...process.env, PIGPIO_PORT: `${port}`, PIGPIO_ADDR: '127.0.0.1', PYTHONUNBUFFERED: '1' };
  const children = new Set<ChildProcess>();

  const start = (command: string, args: readonly string[]): Script => {
    const child = spawn(command, args, { env });
    children.add(child);
    child.once('close', () => children.delete(child));
    return follow(child);
  };

  return {
    async pigs(...words) {
      const child = spawn('pigs', words.map(String), { env });
      const [results, errors] = await Promise.all([text(child.stdout), text(child.stderr)]);
      return [...results, ...errors];
    },
    python: (source) => start('/usr/bin/python3', ['-W', 'ignore', '-c', source]),
    run: (command) => start(command, []),
    kill() {
      for (const child of children) child.kill('SIGKILL');
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
