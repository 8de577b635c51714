/**
 * A WebSocket that is opened before the scripts that use it have loaded. It repeats what it has received to the first that takes it: on a slow
 * network that saves a round trip or two.
 */
export class EarlySocket {
  readonly #heard: MessageEvent[] = [];
  #socket: WebSocket | undefined;

  constructor(address: string) {
    const socket = new WebSocket(address);
    socket.onmessage = (message) => this.#heard.push(message);
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
    if (socket.readyState === WebSocket.OPEN) queueMicrotask(() => this.#sayAgain(socket));
    return socket;
  }

  #sayAgain(socket: WebSocket): void {
    socket.onopen?.(new Event('open'));
    for (const message of this.#heard) socket.onmessage?.(message);
  }
}
