/** One server-sent event. */
export interface ServerEvent {
  /** `message` unless it is named. */
  readonly event: string;
  readonly data: string;
  /** Identifies the event when the client reconnects; empty if it has none. */
  readonly id: string;
}

interface ReadOptions {
  /** Called with the time to wait before reconnecting, milliseconds. */
  readonly onRetry?: (ms: number) => void;
}

/** The server-sent events of a response (HTML, 9.2.6), as the hub writes them. Ends with the response; throws a `TypeError` if that breaks off. */
export async function* readEvents(
  { body }: Response,
  { onRetry }: ReadOptions = {},
): AsyncGenerator<ServerEvent> {
  if (!body) return;
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  try {
    for (let read = await reader.read(); !read.done; read = await reader.read()) {
      const blocks = (rest + read.value).split('\n\n');
      rest = blocks.pop() ?? '';
      for (const block of blocks) {
        const fields = new Fields(block);
        const retry = fields.last('retry');
        if (retry !== undefined) onRetry?.(Number(retry));
        yield* fields.toEvents();
      }
    }
  } finally {
    await reader.cancel().catch(() => undefined); // It has broken off already.
  }
}

/** The lines of an event. */
class Fields {
  readonly #lines: readonly (RegExpExecArray | null)[];

  constructor(block: string) {
    this.#lines = block.split('\n').map((line) => /^(\w+): ?(.*)$/.exec(line));
  }

  last(name: string): string | undefined {
    return this.#all(name).at(-1);
  }

  /** One event, or none if there is no data. */
  toEvents(): readonly ServerEvent[] {
    const data = this.#all('data');
    if (data.length === 0) return [];
    return [{ event: this.last('event') ?? 'message', data: data.join('\n'), id: this.last('id') ?? '' }];
  }

  #all(name: string): readonly string[] {
    return this.#lines.flatMap((line) => (line?.[1] === name ? [line[2] ?? ''] : []));
  }
}
