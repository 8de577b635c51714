import { HubError, quote } from '../../../core/error.ts';
import { NEVER_EXPIRES } from '../../../session/limits.ts';
import type { Session } from '../../../session/session.ts';
import type { ConnectedClient } from '../../client-events.ts';
import { JSON_TYPE } from '../operation.ts';
import type { Administration } from './administration.ts';
import {
  type AdminOperation,
  type Call,
  defineOperation,
  forEachOf,
  pageOf,
  queryText,
  toTime,
} from './define.ts';
import { streamTrace } from './trace.ts';

export const AFTER = 'The page begins after this entry: `next` of the page before.';
export const LIMIT = 'The most entries of a page, 1–1000. Default 100.';
const SEARCH = 'A part of the client identifier, user name or address.';

/** The reason that the owner of an ended connection gets. */
const ENDED = 'an administrator has ended this connection';

export const CLIENT_OPERATIONS: readonly AdminOperation[] = [
  defineOperation({
    method: 'get',
    path: '/api/admin/clients',
    summary: 'A page of the clients that are connected, in the order of their identifiers.',
    query: { user: 'Only those of this user.', search: SEARCH, after: AFTER, limit: LIMIT },
    answer: { [JSON_TYPE]: 'clients' },
    handle: listClients,
  }),
  defineOperation({
    method: 'delete',
    path: '/api/admin/clients',
    summary: 'Ends all connections of a user. Their sessions stay; the clients may connect again.',
    query: { user: 'The name of the user.' },
    answer: { [JSON_TYPE]: 'ended' },
    handle: endClientsOf,
  }),
  defineOperation({
    method: 'get',
    path: '/api/admin/clients/{client}',
    summary: 'One client that is connected.',
    answer: { [JSON_TYPE]: 'client' },
    handle: (administration, call) => {
      return { content: { client: describeClient(administration, findClient(administration, call)) } };
    },
  }),
  defineOperation({
    method: 'delete',
    path: '/api/admin/clients/{client}',
    summary: 'Ends the connection of a client. Its session stays; the client may connect again.',
    answer: { [JSON_TYPE]: 'ended' },
    handle: ({ sessions }, { param }) => {
      if (!sessions.disconnect(param('client'), new HubError('session/closed', ENDED)))
        throw notConnected(param('client'));
      return { content: { ended: 1 } };
    },
  }),
  defineOperation({
    method: 'get',
    path: '/api/admin/clients/{client}/subscriptions',
    summary: 'A page of the subscriptions of a client, connected or away, in the order of the filters.',
    query: { after: AFTER, limit: LIMIT },
    answer: { [JSON_TYPE]: 'subscriptions' },
    handle: listSubscriptions,
  }),
  defineOperation({
    method: 'get',
    path: '/api/admin/clients/{client}/trace',
    summary:
      'Server-sent events: a message event for each packet of a client, from now on, also if it is not connected yet. Payloads are abbreviated; passwords are never shown.',
    query: { seconds: 'For how long, 1–600. Default 60.' },
    answer: { 'text/event-stream': 'tracedPacket' },
    handle: streamTrace,
  }),
  defineOperation({
    method: 'get',
    path: '/api/admin/sessions',
    summary: 'A page of the sessions whose clients are away, in the order of their identifiers.',
    query: { user: 'Only those of this user.', after: AFTER, limit: LIMIT },
    answer: { [JSON_TYPE]: 'sessions' },
    handle: listSessions,
  }),
  defineOperation({
    method: 'delete',
    path: '/api/admin/sessions/{client}',
    summary: 'Ends a session, with all that waits for its client, and its connection if there is one.',
    answer: { [JSON_TYPE]: 'ended' },
    handle: ({ sessions }, { param }) => {
      if (!sessions.end(param('client'), new HubError('session/closed', ENDED)))
        throw new HubError('session/unknown', `there is no session ${quote(param('client'))}`);
      return { content: { ended: 1 } };
    },
  }),
];

async function listClients(administration: Administration, call: Call) {
  const user = queryText(call, 'user');
  const text = queryText(call, 'search')?.toLowerCase();
  const isWanted = ({ session, principal, address }: ConnectedClient) =>
    (user === undefined || principal.name === user) &&
    (text === undefined ||
      [session.clientIdentifier, principal.name, address].some((one) => one.toLowerCase().includes(text)));
  const keyOf = ({ session }: ConnectedClient) => session.clientIdentifier;
  const page = await pageOf(call, { entries: administration.clients(), keyOf, isWanted });
  return { content: { clients: page.entries.map((one) => describeClient(administration, one)) }, page };
}

async function endClientsOf({ clients, sessions }: Administration, call: Call) {
  const user = queryText(call, 'user');
  if (user === undefined) throw new HubError('option/invalid', 'user must be given, as in ?user=ana');
  const reason = new HubError('session/closed', ENDED);
  const own = [...clients()].filter(({ principal }) => principal.name === user);
  const ended = await forEachOf(call, own, ({ session }) => {
    return session.isLive && sessions.disconnect(session.clientIdentifier, reason);
  });
  return { content: { ended } };
}

async function listSubscriptions({ sessions }: Administration, call: Call) {
  const session = sessions.find(call.param('client'));
  if (!session) throw new HubError('session/unknown', `there is no session ${quote(call.param('client'))}`);
  const page = await pageOf(call, { entries: session.subscriptions, keyOf: ({ filter }) => filter.filter });
  const subscriptions = page.entries.map(({ filter, terms }) => ({ filter: filter.filter, qos: terms.qos }));
  return { content: { subscriptions }, page };
}

async function listSessions(administration: Administration, call: Call) {
  const { sessions, hub } = administration;
  const user = queryText(call, 'user');
  const page = await pageOf(call, {
    entries: sessions.list(),
    keyOf: ({ session }) => session.clientIdentifier,
    isWanted: ({ leftAt, owner }) => leftAt !== undefined && (user === undefined || owner === user),
  });
  const now = hub.now();
  const described = page.entries.map(({ session, owner, leftAt = now, expirySeconds, hasWill }) => ({
    client: session.clientIdentifier,
    user: owner,
    away: toTime(administration, leftAt),
    expiresInSeconds:
      expirySeconds === NEVER_EXPIRES ? null : Math.max(0, Math.round(expirySeconds - (now - leftAt) / 1000)),
    hasWill,
    ...describeTraffic(session),
  }));
  return { content: { sessions: described }, page };
}

function findClient({ clients }: Administration, { param }: Call): ConnectedClient {
  for (const client of clients()) if (client.session.clientIdentifier === param('client')) return client;
  throw notConnected(param('client'));
}

function notConnected(client: string): HubError {
  return new HubError('session/unknown', `no client ${quote(client)} is connected`);
}

const VERSIONS: Readonly<Record<number, string>> = { 3: '3.1', 4: '3.1.1', 5: '5.0' };

function describeClient(administration: Administration, client: ConnectedClient) {
  const { session, principal, address, connectedAt, version } = client;
  return {
    client: session.clientIdentifier,
    user: principal.name,
    role: principal.role,
    how: principal.how,
    way: client.carrier === undefined ? client.protocol : `mqtt-${client.carrier}`,
    ...(version !== undefined && { version: VERSIONS[version] }),
    address,
    since: toTime(administration, connectedAt),
    ...describeTraffic(session),
  };
}

function describeTraffic({ traffic, due, subscriptionCount }: Session) {
  const { received, receivedBytes, sent, sentBytes } = traffic;
  return { received, receivedBytes, sent, sentBytes, ...due, subscriptions: subscriptionCount };
}
