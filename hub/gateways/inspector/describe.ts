import { EVERYONE } from '../../access/access.ts';
import type { Hub } from '../../core/hub.ts';
import type { InspectedMessage, InspectedPublisher, InspectedRow } from '../../core/inspection.ts';
import { HUB_ITSELF, type Publisher } from '../../core/subscription.ts';
import { Session } from '../../session/session.ts';
import { describeProperties, toBase64 } from '../describe-properties.ts';
import type { Row } from './layout.ts';
import type { Received } from './topic-tree.ts';

/** How much of a message is shown in a row, UTF-16 units. */
const VALUE_LENGTH = 100;

/** A row as it is sent. */
export function describeRow({ node, depth, isOpen }: Row, hub: Hub): InspectedRow {
  const { topic, topics, messages, isTopic } = node;
  return {
    topic,
    depth,
    ...(isOpen && { isOpen }),
    children: node.children?.size ?? 0,
    topics,
    messages,
    ...(isTopic && describeLast(node)),
    ...(isTopic && hub.retained.get(topic) && { isRetained: true as const }),
  };
}

function describeLast({ last, lastLength }: Row['node']): Pick<InspectedRow, 'value' | 'bytes'> {
  const text = last?.message.text;
  return text === undefined ? { bytes: lastLength } : { value: text.slice(0, VALUE_LENGTH).toWellFormed() };
}

interface DescribeOptions {
  /** The hub's clock, milliseconds. */
  readonly now: number;
  /** Whether the publisher is shown. */
  readonly showsPublisher: boolean;
}

/** A message in full. */
export function describeReceived(
  { message, at, publisher }: Received,
  { now, showsPublisher }: DescribeOptions,
): InspectedMessage {
  const { topic, text, bytes, qos, retain, properties, expiresAt } = message;
  const by = showsPublisher ? describePublisher(publisher) : undefined;
  return {
    topic,
    ...(at !== undefined && { at }),
    payload: text ?? null,
    ...(text === undefined && { base64: toBase64(bytes) }),
    qos,
    retain,
    ...(by && { by }),
    ...(expiresAt !== undefined && { expiresInSeconds: Math.max(0, Math.round((expiresAt - now) / 1000)) }),
    ...describeProperties(properties),
  };
}

/** Describes a publisher; `undefined` for a message that came from another hub or was retained before. */
function describePublisher(publisher: Publisher | undefined): InspectedPublisher | undefined {
  if (publisher instanceof Session) return describeSession(publisher);
  const owner = publisher?.owner;
  if (owner === HUB_ITSELF) return { isHub: true };
  return owner === undefined || owner === EVERYONE.name ? undefined : { name: owner };
}

/** Describes a client as a publisher. Without accounts it has no name, as the owner is the client itself. */
function describeSession({ clientIdentifier: client, owner }: Session): InspectedPublisher {
  return owner.startsWith(`${EVERYONE.name}/`) ? { client } : { name: owner, client };
}
