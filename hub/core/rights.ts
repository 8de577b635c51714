import { HubError, quote } from './error.ts';
import { matchesFilter } from './filter.ts';

/** What one client may do, by topic. It is asked for every message, so it answers at once. */
export interface Rights {
  /** Whether messages of this topic may reach the client. */
  mayRead(topic: string): boolean;
  /** Whether a topic that the client may read can match the path of this filter. What then comes is up to `mayRead`. */
  maySubscribe(path: string): boolean;
  mayPublish(topic: string): boolean;
  /** The same as topic filters, for the client to know beforehand. The hub decides by the rights themselves. */
  readonly permissions: Permissions;
}

/** What one may do, by topic filters without placeholders. */
export interface Permissions {
  /** What one may read. */
  readonly read: readonly string[];
  /** Where one may publish, but for what devices say of themselves. */
  readonly publish: readonly string[];
  /** Where one may publish what devices say of themselves; see `isReport`. */
  readonly report: readonly string[];
}

/** Whether only the hub itself publishes to a topic, whoever asks. */
export function isReservedTopic(topic: string): boolean {
  return topic.startsWith('$SYS') && (topic.length === 4 || topic[4] === '/');
}

/** Whether a topic is one where devices say how they are, rather than are told. */
export function isReport(topic: string): boolean {
  return /\/(actual|status|info|error)$/.test(topic);
}

/** Whether these permissions are enough to publish to a topic. */
export function permitsPublish({ publish, report }: Permissions, topic: string): boolean {
  if (isReservedTopic(topic)) return false;
  return (isReport(topic) ? report : publish).some((filter) => matchesFilter(filter, topic));
}

/** The rights of one who may do everything. */
export const ALL_RIGHTS: Rights = {
  mayRead: () => true,
  maySubscribe: () => true,
  mayPublish: (topic) => !isReservedTopic(topic),
  permissions: { read: ['#', '$SYS/#'], publish: ['#'], report: ['#'] },
};

/** The error for a client that lacks the right to do this with a topic or filter. */
export function denied(action: 'read' | 'publish to', topic: string): HubError {
  return new HubError('auth/denied', `you may not ${action} ${quote(topic)}`);
}
