declare global {
  /** The page's own socket, opened as soon as the early script runs. A page of the development server has none. */
  var pageSocket: EarlySocket | undefined;
}

/**
 * A WebSocket that is opened before the scripts that use it have loaded. It repeats what it has received to the first that takes it, and can
 * say ahead what that one will say first: on a slow network each saves a round trip or two.
 */
export class EarlySocket {
  readonly #heard: MessageEvent[] = [];
  /** Messages that were sent ahead, and that the taker has not sent yet. */
  readonly #said: string[] = [];
  #socket: WebSocket | undefined;

  /** `ahead` is what to answer to the first message, to the second, and so on. */
  constructor(address: string, ahead: readonly (readonly string[])[] = []) {
    const socket = new WebSocket(address);
    socket.onmessage = (message) => {
      this.#say(socket, ahead[this.#heard.length] ?? []);
      this.#heard.push(message);
    };
    this.#socket = socket;
  }

  /** Gives the socket to the first caller, if it has that address and is still open; its events come once that caller listens. */
  take(address: string): WebSocket | undefined {
    const socket = this.#socket;
    this.#socket = undefined;
    if (!socket || socket.readyState > WebSocket.OPEN) return undefined;
    if (socket.url !== address) {
      socket.close();
      return undefined;
    }
    socket.onmessage = null;
    if (this.#said.length > 0) this.#leaveOut(socket);
    if (socket.readyState === WebSocket.OPEN) queueMicrotask(() => this.#sayAgain(socket));
    return socket;
  }

  #say(socket: WebSocket, answers: readonly string[]): void {
    for (const data of answers) socket.send(data);
    this.#said.push(...answers);
  }

  /** Does not send again what was said ahead. A taker that says anything else could misunderstand the answers, so it has to connect again. */
  #leaveOut(socket: WebSocket): void {
    const send = socket.send.bind(socket);
    socket.send = (data) => {
      const expected = this.#said.shift();
      if (expected === undefined) send(data);
      else if (data !== expected) socket.close();
    };
  }

  #sayAgain(socket: WebSocket): void {
    socket.onopen?.(new Event('open'));
    for (const message of this.#heard) socket.onmessage?.(message);
  }
}
