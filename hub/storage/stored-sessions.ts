import type { StoredDue, StoredSession } from '../session/session-journal.ts';
import { type HubTables, parseReceivedKey } from './hub-schema.ts';
import type { DueEntry, StoredSubscription } from './session-codec.ts';
import { type Records, StoredRecord } from './stored-record.ts';

/** What is being gathered of a session. */
interface Gathered {
  readonly record: StoredRecord;
  readonly subscriptions: StoredSubscription[];
  readonly due: StoredDue[];
  readonly unreleased: number[];
}

/**
 * The sessions in the tables, each with what it holds, in order. What belongs to no session, or lacks its message, is done away with:
 * there is some where files were damaged.
 */
export function gatherSessions(records: Records): StoredSession[] {
  const { tables, shelf } = records;
  const gathered = new Map<number, Gathered>();
  for (const [number] of tables.sessions) {
    const record = new StoredRecord(number, records);
    gathered.set(number, { record, subscriptions: [], due: [], unreleased: [] });
  }
  gatherSubscriptions(tables, gathered);
  gatherDue(records, gathered);
  gatherReceived(tables, gathered);
  shelf.tidy();
  return [...tables.sessions].flatMap(([number, state]) => {
    const one = gathered.get(number);
    return one ? [{ ...one, state }] : [];
  });
}

function gatherSubscriptions({ subscriptions }: HubTables, gathered: ReadonlyMap<number, Gathered>): void {
  for (const [number, subscription] of [...subscriptions]) {
    const session = gathered.get(subscription.session);
    if (!session) {
      subscriptions.delete(number);
      continue;
    }
    session.record.know(subscription.filter, number);
    session.subscriptions.push(subscription);
  }
}

function gatherDue({ tables, shelf }: Records, gathered: ReadonlyMap<number, Gathered>): void {
  const inOrder = [...tables.due].sort(([one], [other]) => one - other);
  for (const [ticket, entry] of inOrder) {
    const session = gathered.get(entry.session);
    const due = toStoredDue(ticket, entry, { tables, shelf });
    if (!session || !due) {
      tables.due.delete(ticket);
      continue;
    }
    shelf.use(entry.message);
    session.due.push(due);
  }
  for (const [ticket] of [...tables.sent]) if (!tables.due.get(ticket)) tables.sent.delete(ticket);
}

function toStoredDue(
  ticket: number,
  { message: number, qos, retain, identifiers, share, packetIdentifier }: DueEntry,
  { tables, shelf }: Pick<Records, 'tables' | 'shelf'>,
): StoredDue | undefined {
  const message = shelf.get(number);
  const terms = {
    qos,
    noLocal: false,
    retainAsPublished: retain === 1,
    identifiers,
    ...(share !== undefined && { share }),
  };
  const sent = tables.sent.get(ticket) ?? { packetIdentifier, isReleased: false };
  return message && { ticket, message, qos, retain, terms, ...sent };
}

function gatherReceived({ received }: HubTables, gathered: ReadonlyMap<number, Gathered>): void {
  for (const [key] of [...received]) {
    const { session, packetIdentifier } = parseReceivedKey(key);
    const known = gathered.get(session);
    if (known) known.unreleased.push(packetIdentifier);
    else received.delete(key);
  }
}
