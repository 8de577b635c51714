import { map, type Observable } from 'rxjs';
import { readObject } from '../../../devices/facts/device-info.ts';
import type { DeviceKind } from '../../../devices/index.ts';
import type { HubClient } from '../../../hub/client/hub-client.ts';
import type { BusMessage } from '../../../hub/core/index.ts';
import { isDeviceTopic } from '../../shared/own-topics.ts';
import { settled } from '../../shared/settled.ts';

type Client = Pick<HubClient, 'messages' | 'publish' | 'connection$' | 'ping'>;

/** The same kind for devices that are parts of a circuit: their `…/info` says so, which tells them from others that are away. */
export function markPart(kind: DeviceKind): DeviceKind {
  return {
    ...kind,
    async open(device) {
      const opened = await kind.open(device);
      return { ...opened, info$: opened.info$.pipe(map((info) => ({ ...info, wired: true }))) };
    },
  };
}

/** The topics of the devices behind a prefix (`ana/`) that were parts of a circuit, as far as the hub knows them. Rejects as `settled` does. */
export async function findParts(client: Client, prefix: string): Promise<readonly string[]> {
  const infos = await retainedOf(client, client.messages(`${prefix}+/+/info`));
  const parts = infos.filter(({ text }) => readObject(text ?? '')?.wired === true);
  return parts.map(({ topic }) => topic.slice(0, -'/info'.length));
}

/** Clears what the hub retains of a device, so that nobody finds it any more. Rejects as `settled` does. */
export async function forgetDevice(client: Client, topic: string): Promise<void> {
  const kept = await retainedOf(client, client.messages(`${topic}/#`));
  const own = kept.filter((message) => isDeviceTopic(message.topic.slice(topic.length + 1)));
  // While a class is paused, the hub lets devices clear what they report, and nothing else: that is enough for the device to be gone.
  await Promise.allSettled(own.map((message) => client.publish(message.topic, '', { retain: true })));
}

async function retainedOf(client: Client, messages$: Observable<BusMessage>): Promise<readonly BusMessage[]> {
  const kept = new Map<string, BusMessage>();
  const reading = messages$.subscribe({
    next: (message) => kept.set(message.topic, message),
    error: () => undefined, // Who may not read there finds nothing.
  });
  await settled(client).finally(() => reading.unsubscribe());
  return [...kept.values()].filter(({ text }) => text !== '');
}
