import { type BusMessage, createHubClient } from '../client/index.ts';
import { HubError } from '../core/error.ts';
import { parseTopicName } from '../core/topic.ts';
import { parseRefusal } from '../gateways/refusal.ts';
import { readCredentials } from './credentials.ts';
import type { ClientOptions } from './options.ts';
import { untilOnline } from './watch-hub.ts';

/**
 * Publishes one value and leaves once the hub has taken it. Rejects with `payload/invalid` where a device of that hub refuses it; a device
 * elsewhere says so later, on its `…/error`.
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
    await client.ping(); // What the hub had to say to it has come before the answer.
  } finally {
    await client.close();
  }
  const refusal = parseRefusal(refusals[0]?.text);
  if (refusal) throw new HubError('payload/invalid', `${topic}: ${refusal.message}`);
}
