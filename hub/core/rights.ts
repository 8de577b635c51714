import { HubError, quote } from './error.ts';

/** What one client may do, by topic. It is asked for every message, so it answers at once. */
export interface Rights {
  /** Whether messages of this topic may reach the client. */
  mayRead(topic: string): boolean;
  /** Whether a topic that the client may read can match the path of this filter. What then comes is up to `mayRead`. */
  maySubscribe(path: string): boolean;
  mayPublish(topic: string): boolean;
}

/** Whether only the hub itself publishes to a topic, whoever asks. */
export function isReservedTopic(topic: string): boolean {
  return topic.startsWith('$SYS') && (topic.length === 4 || topic[4] === '/');
}

/** The rights of one who may do everything. */
export const ALL_RIGHTS: Rights = {
  mayRead: () => true,
  maySubscribe: () => true,
  mayPublish: (topic) => !isReservedTopic(topic),
};

/** That somebody may not do this with a topic or filter: `read`, `publish to`. Every way in says it so (reason code 0x87, not authorized). */
export function denied(action: 'read' | 'publish to', topic: string): HubError {
  return new HubError('auth/denied', `you may not ${action} ${quote(topic)}`, { reasonCode: 0x87 });
}
