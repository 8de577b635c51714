import { HubError, quote } from './error.ts';
import { matchesFilter } from './filter.ts';

/** The rights of one client, by topic. They are asked for every message, so they answer at once. */
export interface Rights {
  /** Whether messages of this topic may reach the client. */
  mayRead(topic: string): boolean;
  /** Whether a topic that the client may read can match the path of this filter. For each message, `mayRead` decides. */
  maySubscribe(path: string): boolean;
  mayPublish(topic: string): boolean;
  /** Why a client may not publish to a topic now, if not for the lack of a right. Asked only when `mayPublish` says no. */
  reasonAgainst?(topic: string): HubError | undefined;
  /** The same as topic filters, for the client to know beforehand. The hub decides by the rights themselves. */
  readonly permissions: Permissions;
}

/** Rights as topic filters without placeholders. */
export interface Permissions {
  /** Topics to read. */
  readonly read: readonly string[];
  /** Topics to publish to, reports excepted. */
  readonly publish: readonly string[];
  /** Topics to publish reports to; see `isReport`. */
  readonly report: readonly string[];
}

/** The topics on which a mosquitto bridge says whether it is connected; mosquitto takes this topic from clients, too. */
const BRIDGE_STATE = /^\$SYS\/broker\/connection\/[^/]+\/state$/;

/** The same as a topic filter. */
export const BRIDGE_STATES = '$SYS/broker/connection/+/state';

/** The last levels of the topics on which devices report. */
const REPORTS: ReadonlySet<string> = new Set(['actual', 'status', 'info', 'error']);

/** Whether only the hub itself publishes to a topic: all of `$SYS`, except the bridges' reports about themselves. */
export function isReservedTopic(topic: string): boolean {
  return topic.startsWith('$SYS') && (topic.length === 4 || topic[4] === '/') && !BRIDGE_STATE.test(topic);
}

/**
 * Whether devices, or bridges, say on this topic how they are. A device's report has at least kind and id in front: `led/21/status`. So
 * `homeassistant/status`, and `kitchen/status` of a device by ESPHome, are ordinary topics.
 */
export function isReport(topic: string): boolean {
  if (topic.startsWith('$')) return BRIDGE_STATE.test(topic);
  const end = topic.lastIndexOf('/');
  return end > 0 && REPORTS.has(topic.slice(end + 1)) && topic.indexOf('/') < end;
}

/** Whether these permissions allow publishing to a topic. */
export function permitsPublish({ publish, report }: Permissions, topic: string): boolean {
  if (isReservedTopic(topic)) return false;
  return (isReport(topic) ? report : publish).some((filter) => matchesFilter(filter, topic));
}

/** The rights of a client that may do everything. */
export const ALL_RIGHTS: Rights = {
  mayRead: () => true,
  maySubscribe: () => true,
  mayPublish: (topic) => !isReservedTopic(topic),
  permissions: { read: ['#', '$SYS/#'], publish: ['#'], report: ['#', BRIDGE_STATES] },
};

/** The error for a client that lacks the right to do this with a topic or filter. */
export function denied(action: 'read' | 'publish to', topic: string): HubError {
  return new HubError('auth/denied', `you may not ${action} ${quote(topic)}`);
}

/** The error for a client that may not publish to a topic: why it may not now, or that it lacks the right. */
export function deniedPublish(rights: Rights, topic: string): HubError {
  return rights.reasonAgainst?.(topic) ?? denied('publish to', topic);
}
