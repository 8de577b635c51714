import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** A connection to a server on this machine that can be cut, and repaired. */
export interface Cable {
  readonly port: number;
  cut(): Promise<void>;
  mend(): Promise<void>;
}

/** Connects the cable to a port. */
export async function layCable(to: number): Promise<Cable> {
  const ends = new Set<Socket>();
  let server: Server | undefined;
  let port = 0;
  const mend = async () => {
    server = createServer((near) => {
      const far = connect(to, '127.0.0.1');
      for (const [end, other] of [
        [near, far],
        [far, near],
      ] as const) {
        ends.add(end);
        end.pipe(other);
        // When one end closes, so does the other.
        end.on('error', () => other.destroy());
        end.on('close', () => {
          ends.delete(end);
          other.destroy();
        });
      }
    }).listen(port, '127.0.0.1');
    await once(server, 'listening');
    port = (server.address() as AddressInfo).port;
  };
  await mend();
  return {
    port,
    mend,
    async cut() {
      const closed = server && once(server, 'close');
      server?.close();
      for (const end of ends) end.destroy();
      await closed;
    },
  };
}
