import { endWith, firstValueFrom, ignoreElements, merge, take, tap } from 'rxjs';
import { type BusMessage, createHubClient, type HubClient } from '../client/index.ts';
import { readDeviceError } from '../core/device-error.ts';
import { HubError } from '../core/error.ts';
import { parseTopicName } from '../core/topic.ts';
import { wordsOf } from './languages/index.ts';
import { translated, type Words } from './languages/words.ts';
import type { ClientOptions } from './options.ts';
import { type RemoteHub, readRemoteHub, untilOnline, watchHub } from './remote-hub.ts';
import { stopSignal$ } from './run-until-stopped.ts';

/** Publishes one value. Rejects with `payload/invalid` if a device in the hub's own process refuses it; other devices answer later, on `…/error`. */
export async function pub(topic: string, value: string, options: ClientOptions): Promise<void> {
  parseTopicName(topic);
  const refusals: BusMessage[] = [];
  await withClient(options, async (client) => {
    const device = topic.slice(0, topic.lastIndexOf('/'));
    if (device !== '') client.messages(`${device}/error`).subscribe((message) => refusals.push(message));
    await client.publish(topic, value, { retain: options.retain ?? true });
    await client.ping(); // A refusal arrives before this answer.
  });
  const refusal = readDeviceError(refusals[0]?.text);
  if (refusal) throw new HubError('payload/invalid', `${topic}: ${refusal.message}`);
}

/** Prints a line for each message, until a signal stops it or it has printed `count` messages. */
export async function sub(filters: readonly string[], options: ClientOptions): Promise<void> {
  const { verbose = matchSeveral(filters), count = Number.POSITIVE_INFINITY } = options;
  const words = wordsOf(options);
  await withClient(options, async (client, hub) => {
    const printed$ = client.messages(filters).pipe(
      take(count),
      tap((message) => console.log(`${verbose ? `${message.topic} ` : ''}${show(message, words)}`)),
      ignoreElements(),
      endWith(undefined),
    );
    // Disconnects go to standard error, so that standard output has messages only.
    const report = (line: string) => console.error(`pinhub: ${translated(words, line)}`);
    const watch = { hub, connections: [client.connection$], onAway: report, onBack: report };
    await firstValueFrom(merge(printed$, stopSignal$(), watchHub(watch).pipe(ignoreElements())));
  });
}

async function withClient(
  options: ClientOptions,
  work: (client: HubClient, hub: RemoteHub) => Promise<void>,
): Promise<void> {
  const hub = readRemoteHub(options);
  const client = createHubClient(hub.url, hub);
  try {
    await untilOnline(client, hub);
    await work(client, hub);
  } finally {
    await client.close();
  }
}

function matchSeveral(filters: readonly string[]): boolean {
  return filters.length > 1 || filters.some((filter) => /[+#]/.test(filter));
}

function show({ text, bytes }: BusMessage, { output }: Words): string {
  return text ?? `${output.bytes(bytes.byteLength)} ${Buffer.from(bytes).toString('hex')}`;
}
