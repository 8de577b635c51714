import { endWith, firstValueFrom, ignoreElements, merge, take, tap } from 'rxjs';
import { type BusMessage, createHubClient, type HubClient } from '../client/index.ts';
import { HubError } from '../core/error.ts';
import { parseTopicName } from '../core/topic.ts';
import { parseRefusal } from '../gateways/refusal.ts';
import { type Credentials, readCredentials } from './credentials.ts';
import type { ClientOptions } from './options.ts';
import { stopSignal$ } from './run-until-stopped.ts';
import { untilOnline, watchHub } from './watch-hub.ts';

/**
 * Publishes one value and resolves once the hub has it. Rejects with `payload/invalid` if a device in that hub's process refuses it. A
 * device elsewhere answers later, on its `…/error`.
 */
export async function pub(topic: string, value: string, options: ClientOptions): Promise<void> {
  const { hub, retain = true } = options;
  parseTopicName(topic);
  const credentials = readCredentials(options);
  const client = createHubClient(hub, credentials);
  const refusals: BusMessage[] = [];
  try {
    await untilOnline(client, { url: hub, ...credentials });
    const device = topic.slice(0, topic.lastIndexOf('/'));
    if (device !== '') client.messages(`${device}/error`).subscribe((message) => refusals.push(message));
    await client.publish(topic, value, { retain });
    await client.ping(); // A refusal arrives before this answer.
  } finally {
    await client.close();
  }
  const refusal = parseRefusal(refusals[0]?.text);
  if (refusal) throw new HubError('payload/invalid', `${topic}: ${refusal.message}`);
}

/** Prints a line for each message, until a signal stops it or it has printed `count` messages. */
export async function sub(filters: readonly string[], options: ClientOptions): Promise<void> {
  const { hub, verbose = matchSeveral(filters), count = Number.POSITIVE_INFINITY } = options;
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

/** Whether the filters may match several topics. */
function matchSeveral(filters: readonly string[]): boolean {
  return filters.length > 1 || filters.some((filter) => /[+#]/.test(filter));
}

/** Reports disconnects and reconnects on standard error, so that standard output has messages only. */
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
