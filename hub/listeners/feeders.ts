import { createServer, type Server, type Socket } from 'node:net';

/** How a server treats its connections. Node keeps these options as properties. */
interface AcceptOptions {
  readonly allowHalfOpen?: boolean;
  readonly noDelay?: boolean;
}

/** Makes Node refuse every connection: before version 21 it takes a maximum of 0 for none. */
const REFUSE_ALL = -1;

/**
 * Creates servers for further addresses, which pass their connections on to `server` and treat them as it does. All connections together
 * count towards its `maxConnections`.
 */
export function createFeeders(server: Server, count: number): Server[] {
  const { allowHalfOpen = false, noDelay = false }: AcceptOptions = Object(server);
  const passOn = count > 0 ? createPassOn(server) : undefined;
  return Array.from({ length: count }, () => createServer({ allowHalfOpen, noDelay }, passOn));
}

function createPassOn(server: Server): (socket: Socket) => void {
  const most = server.maxConnections ?? Number.POSITIVE_INFINITY;
  const all = follow();
  const passedOn = follow(() => {
    server.maxConnections = most - passedOn.count || REFUSE_ALL;
  });
  server.on('connection', all.add);
  return (socket) => {
    if (all.count >= most) {
      socket.destroy();
      return;
    }
    if (Number.isFinite(most)) passedOn.add(socket);
    server.emit('connection', socket);
  };
}

/** Counts open sockets, and tells of each change. */
function follow(onChange: () => void = () => undefined) {
  const followed = {
    count: 0,
    add(socket: Socket): void {
      followed.count++;
      onChange();
      socket.once('close', () => {
        followed.count--;
        onChange();
      });
    },
  };
  return followed;
}
