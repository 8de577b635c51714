import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import { join } from 'node:path';

/** The longest path of a socket: 104 bytes on some systems, the zero behind it counted. (unix(7)) */
const LONGEST_PATH_BYTES = 103;

/**
 * A socket in a folder that answers as long as this process lives, and by no fault of anyone's longer: the kernel sees to that. Whoever
 * reaches the folder can ask, from another container too, where numbers of processes mean something else.
 */
export class LifeSign {
  /** The name of the socket in its folder. */
  readonly name: string;
  readonly #server: Server;

  private constructor(name: string, server: Server) {
    this.name = name;
    this.#server = server;
  }

  /** `undefined` where the folder can hold no sockets. */
  static async show(folder: string): Promise<LifeSign | undefined> {
    const name = `pinhub.lock.${randomBytes(4).toString('hex')}`;
    const path = join(folder, name);
    if (process.platform === 'win32' || Buffer.byteLength(path) > LONGEST_PATH_BYTES) return undefined;
    const server = createServer((socket) => socket.destroy()).unref();
    server.on('error', () => undefined); // Of one that could not be answered: the kernel has told it that somebody is there.
    try {
      server.listen({ path });
      await once(server, 'listening');
      return new LifeSign(name, server);
    } catch {
      return undefined; // Where the folder cannot be written at all, the lock will say so.
    }
  }

  /** Removes the socket. */
  end(): void {
    this.#server.close();
  }

  /** Whether somebody answers; `undefined` where that cannot be told. */
  static async ask(path: string): Promise<boolean | undefined> {
    const socket = connect({ path });
    try {
      await once(socket, 'connect');
      return true;
    } catch (error) {
      const { code = '' } = error as NodeJS.ErrnoException;
      if (/^(ECONNREFUSED|ENOENT|ENOTSOCK)$/.test(code)) return false;
      return code === 'EAGAIN' ? true : undefined; // Too many ask at once.
    } finally {
      socket.destroy();
    }
  }

  /** Removes the socket of a process that is no more. */
  static remove(path: string): void {
    rmSync(path, { force: true });
  }
}
