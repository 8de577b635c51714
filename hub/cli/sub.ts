import { endWith, firstValueFrom, ignoreElements, merge, take, tap } from 'rxjs';
import { type BusMessage, createHubClient, type HubClient } from '../client/index.ts';
import { type Credentials, readCredentials } from './credentials.ts';
import type { ClientOptions } from './options.ts';
import { stopSignal$ } from './run-until-stopped.ts';
import { untilOnline, watchHub } from './watch-hub.ts';

/** Prints what is published, a line a message, until it is stopped or has printed as many as it was to. */
export async function sub(filters: readonly string[], options: ClientOptions): Promise<void> {
  const { hub, verbose = isOfSeveral(filters), count = Number.POSITIVE_INFINITY } = options;
  const credentials = readCredentials(options);
  const client = createHubClient(hub, credentials);
  try {
    await untilOnline(client, { url: hub, ...credentials });
    const printed$ = client.messages(filters).pipe(
      take(count),
      tap((message) => console.log(verbose ? `${message.topic} ${show(message)}` : show(message))),
      ignoreElements(),
      endWith(undefined),
    );
    await firstValueFrom(merge(printed$, stopSignal$(), absences$(client, hub, credentials)));
  } finally {
    await client.close();
  }
}

/** Whether what comes may be of several topics. */
function isOfSeveral(filters: readonly string[]): boolean {
  return filters.length > 1 || filters.some((filter) => /[+#]/.test(filter));
}

/** Says when the hub goes and comes, where it is in nobody's way who reads what is published. */
function absences$({ connection$ }: HubClient, url: string, { ca }: Credentials) {
  const tell = (line: string) => console.error(`pinhub: ${line}`);
  const watch = {
    connections: [connection$],
    url,
    ...(ca !== undefined && { ca }),
    onAway: tell,
    onBack: tell,
  };
  return watchHub(watch).pipe(ignoreElements());
}

function show({ text, bytes }: BusMessage): string {
  return text ?? `(${bytes.byteLength} bytes) ${Buffer.from(bytes).toString('hex')}`;
}
