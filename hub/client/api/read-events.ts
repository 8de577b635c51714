/** One server-sent event. */
export interface ServerEvent {
  /** `message` unless it is named. */
  readonly event: string;
  readonly data: string;
}

/** The server-sent events of a response (HTML, 9.2.6), as the hub writes them. Ends with the response. */
export async function* readEvents({ body }: Response): AsyncGenerator<ServerEvent> {
  if (!body) return;
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  try {
    for (let read = await reader.read(); !read.done; read = await reader.read()) {
      const blocks = (rest + read.value).split('\n\n');
      rest = blocks.pop() ?? '';
      for (const block of blocks) yield* parse(block);
    }
  } finally {
    await reader.cancel();
  }
}

function* parse(block: string): Generator<ServerEvent> {
  const fields = block.split('\n').map((line) => /^(\w+): ?(.*)$/.exec(line));
  const valuesOf = (name: string) => fields.flatMap((field) => (field?.[1] === name ? [field[2] ?? ''] : []));
  const data = valuesOf('data');
  if (data.length > 0) yield { event: valuesOf('event')[0] ?? 'message', data: data.join('\n') };
}
