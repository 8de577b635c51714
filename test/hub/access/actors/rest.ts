import type { IncomingMessage } from 'node:http';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { type Actor, type Answer, type Probe, type Seen, type Shown, TurnedAway } from './actor.ts';
import type { Hub } from './fixture.ts';
import { open, request } from './request.ts';

/** An unauthenticated REST client is refused at each request: those reject with `TurnedAway`. */
export async function openRest(hub: Hub, shown: Shown): Promise<Actor> {
  const { certificate } = shown;
  const headers = headersOf(hub, shown);
  const call = async (path: string, init: { method?: string; body?: string } = {}): Promise<Answer> => {
    const { status, body } = await request(hub, path, { ...init, headers, certificate });
    if (status === 200) return 'allowed';
    const { error } = JSON.parse(body) as { error: { code: string } };
    if (status === 403 && error.code === 'auth/denied') return 'denied';
    throw status === 401 ? new TurnedAway(`${status} ${error.code}`) : new Error(`${status}: ${body}`);
  };
  const subscribe = async (filter: string, probe: Probe): Promise<Seen | 'denied'> => {
    const path = `/api/events?${new URLSearchParams({ filter })}`;
    const response = await open(hub, path, { headers, certificate });
    if (response.statusCode === 200) return collect(response, probe);
    const { error } = JSON.parse(await text(response)) as { error: { code: string } };
    if (error.code === 'auth/denied') return 'denied';
    throw response.statusCode === 401 ? new TurnedAway(`401 ${error.code}`) : new Error(error.code);
  };
  return {
    subscribe,
    publish: (topic, payload) => call(pathOf(topic), { method: 'PUT', body: payload }),
    read: (topic) => call(pathOf(topic)),
    readHistory: (topic) => call(`/api/history/${topic}`),
    readMetrics: () => call('/metrics'),
    administer: (method, path) => call(`/api/admin/${path}`, { method }),
    lead: (method, path) => call(`/api/class/${path}`, { method }),
    close: async () => undefined,
  };
}

/** Everything that arrives until the probe's last topic has come live; it is published once the stream has begun. */
async function collect(response: IncomingMessage, { last, publish }: Probe): Promise<Seen> {
  const retained: string[] = [];
  const live: string[] = [];
  for await (const line of createInterface(response)) {
    if (line === 'event: subscribed') publish();
    const { topic, retained: isRetained } = line.startsWith('data: ') ? JSON.parse(line.slice(6)) : {};
    if (topic !== undefined) (isRetained ? retained : live).push(topic);
    if (live.includes(last)) break;
  }
  response.destroy();
  return { retained, live };
}

/** Logs in as the login page does; resolves to the cookie's value. */
export async function logIn(hub: Hub, { user, password }: Shown): Promise<string> {
  const body = JSON.stringify({ user, password });
  const headers = { 'content-type': 'application/json' };
  const { cookie } = await request(hub, '/api/login', { method: 'POST', headers, body });
  return cookie?.split('=')[1] ?? '';
}

function pathOf(topic: string): string {
  return `/api/topics/${encodeURIComponent(topic).replaceAll('%2F', '/')}`;
}

function headersOf({ server }: Hub, { token, user, password, cookie }: Shown): Record<string, string> {
  if (token !== undefined) return { authorization: `Bearer ${token}` };
  if (user !== undefined)
    return { authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}` };
  // A browser sends this header for requests of the hub's own pages.
  const cookies = { cookie: `pinhub-${server.port}=${cookie}`, origin: `http://127.0.0.1:${server.port}` };
  return cookie === undefined ? {} : cookies;
}
