import { WebSocketServer } from 'ws';

/** How long a client may take to answer that a connection is to end, milliseconds. */
const FAREWELL_MS = 2_000;

type Options = NonNullable<ConstructorParameters<typeof WebSocketServer>[0]>;

/** The WebSockets under Socket.IO, as its `wsEngine`. Those of its own wait half a minute for a client that is to go, and keep all that it has not read. */
export class PromptWebSocketServer extends WebSocketServer {
  constructor(options: Options) {
    const prompt = { ...options, closeTimeout: FAREWELL_MS };
    super(prompt);
  }
}
