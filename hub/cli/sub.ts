import { firstValueFrom, merge, take, tap, toArray } from 'rxjs';
import { type BusMessage, createHubClient } from '../client/index.ts';
import type { ClientOptions } from './options.ts';
import { readToken } from './read-token.ts';
import { stopSignal$ } from './stop-signal.ts';
import { untilOnline } from './until-online.ts';

/** Prints what is published, a line a message, until it is stopped or has printed as many as it was to. */
export async function sub(filters: readonly string[], options: ClientOptions): Promise<void> {
  const { hub, verbose = false, count = Number.POSITIVE_INFINITY } = options;
  const client = createHubClient(hub, readToken(options));
  try {
    await untilOnline(client, hub);
    const printed$ = client.messages(filters).pipe(
      take(count),
      tap((message) => console.log(verbose ? `${message.topic} ${show(message)}` : show(message))),
      toArray(),
    );
    await firstValueFrom(merge(printed$, stopSignal$()), { defaultValue: undefined });
  } finally {
    await client.close();
  }
}

function show({ text, bytes }: BusMessage): string {
  return text ?? `(${bytes.byteLength} bytes) ${Buffer.from(bytes).toString('hex')}`;
}
