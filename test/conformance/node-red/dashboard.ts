import { once } from 'node:events';
import { io, type Socket } from 'socket.io-client';

/** A browser with Dashboard 2 open, through the messages of its socket: it moves widgets, and reads what they show. */
export class Dashboard {
  readonly #socket: Socket;
  readonly #shown = new Map<string, unknown>();

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.onAny((event: string, message: { payload?: unknown } | undefined) => {
      const [, id] = /^(?:msg-input|widget-load):(.*)$/.exec(event) ?? [];
      if (id !== undefined && message?.payload !== undefined) this.#shown.set(id, message.payload);
    });
  }

  static async open(port: number, widgets: readonly string[]): Promise<Dashboard> {
    const socket = io(`http://127.0.0.1:${port}`, {
      path: '/dashboard/socket.io',
    });
    const dashboard = new Dashboard(socket);
    await once(socket as unknown as NodeJS.EventEmitter, 'ui-config');
    for (const id of widgets) socket.emit('widget-load', id);
    return dashboard;
  }

  /** The value that a widget shows; for a chart, the latest one. */
  shown(id: string): unknown {
    return this.#shown.get(id);
  }

  /** Moves a widget, like a person. */
  change(id: string, value: unknown): void {
    this.#socket.emit('widget-change', id, value);
  }

  close(): void {
    this.#socket.disconnect();
  }
}
